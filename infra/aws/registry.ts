import * as ecr from '@pulumi/aws/ecr';
import * as pulumi from '@pulumi/pulumi';
import type { StackConfig } from '../config';
import { missingImage, type Registry } from '../image';
import type { AwsScope } from './foundation';
import { migrationFunctionName } from './names';

export type AwsRegistry = Registry & {
  arn: pulumi.Output<string>;
  /** What must exist before others than the account's own roles can pull. */
  ready: pulumi.Resource[];
};

/** Enough for roll-backs over months, and cheap. */
const imagesKept = 100;
const addressPattern = /^([0-9]{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com\/([a-z0-9._/-]+)$/;

/** The stack's own repository, or one that stacks share, by its address. */
export function createRegistry(scope: AwsScope, shared: string | undefined): AwsRegistry {
  return shared === undefined ? ownRegistry(scope) : sharedRegistry(scope, shared);
}

export function findRegistryProblems({ registries, providers }: StackConfig): string[] {
  const shared = registries === 'stack' ? undefined : registries.aws;
  if (shared === undefined) return [];
  const [, , region] = addressPattern.exec(shared) ?? [];
  if (region === undefined) {
    return ['taproom:registries.aws must be ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME, without a tag'];
  }
  const { region: stackRegion } = providers.aws ?? {};
  // Neither App Runner nor Lambda pulls from another region.
  return region === stackRegion ? [] : [`taproom:registries.aws must be in aws:region, which is ${stackRegion}`];
}

function ownRegistry(scope: AwsScope): AwsRegistry {
  const { names, options, protect } = scope;
  const repository = new ecr.Repository(
    'repository',
    {
      name: names('ecrRepository', 'service'),
      imageTagMutability: 'IMMUTABLE',
      imageScanningConfiguration: { scanOnPush: true },
      encryptionConfigurations: [{ encryptionType: 'AES256' }],
      forceDelete: !protect,
    },
    { ...options, protect },
  );
  new ecr.LifecyclePolicy('repository-lifecycle', { repository: repository.name, policy: keepNewestPolicy() }, options);
  const policy = new ecr.RepositoryPolicy(
    'repository-policy',
    { repository: repository.name, policy: repository.arn.apply((arn) => lambdaPullPolicy(scope, arn)) },
    options,
  );
  const { repositoryUrl, arn, registryId, name } = repository;
  return { ...accessTo(scope, { repositoryUrl, registryId, name }), arn, ready: [policy] };
}

/** The repository's own policy, which lets Lambda pull, is its owner's to set. */
function sharedRegistry(scope: AwsScope, address: string): AwsRegistry {
  const [, account, region, name] = addressPattern.exec(address) ?? [];
  if (account === undefined || region === undefined || name === undefined) throw new Error(`no address: ${address}`);
  const place = {
    repositoryUrl: pulumi.output(address),
    registryId: pulumi.output(account),
    name: pulumi.output(name),
  };
  return {
    ...accessTo(scope, { ...place, region }),
    arn: pulumi.output(`arn:aws:ecr:${region}:${account}:repository/${name}`),
    ready: [],
  };
}

type Place = {
  repositoryUrl: pulumi.Output<string>;
  registryId: pulumi.Output<string>;
  name: pulumi.Output<string>;
  region?: string;
};

function accessTo({ options }: AwsScope, { repositoryUrl, registryId, name, region }: Place): Registry {
  return {
    repository: repositoryUrl,
    login: () => {
      const token = ecr.getAuthorizationTokenOutput({ registryId, region }, options);
      return { username: token.userName, password: token.password };
    },
    checkImage: (digest) =>
      pulumi.all([repositoryUrl, name, registryId]).apply(async ([url, repositoryName, registry]) => {
        const image = { repositoryName, registryId: registry, imageDigest: digest, ...(region && { region }) };
        return ecr.getImage(image, options).catch((cause) => Promise.reject(missingImage(digest, url, cause)));
      }),
  };
}

function keepNewestPolicy(): string {
  const rule = {
    rulePriority: 1,
    description: `keep the newest ${imagesKept} images`,
    selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: imagesKept },
    action: { type: 'expire' },
  };
  return JSON.stringify({ rules: [rule] });
}

/** Source: https://docs.aws.amazon.com/lambda/latest/dg/images-create.html#gettingstarted-images-permissions */
function lambdaPullPolicy({ names }: AwsScope, repositoryArn: string): string {
  const [, partition, , region, account] = repositoryArn.split(':');
  const functionArn = `arn:${partition}:lambda:${region}:${account}:function:${migrationFunctionName(names)}`;
  const statement = {
    Sid: 'MigrationPullsImage',
    Effect: 'Allow',
    Principal: { Service: 'lambda.amazonaws.com' },
    Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
    Condition: { StringLike: { 'aws:sourceArn': [functionArn, `${functionArn}:*`] } },
  };
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
}
