import * as ecr from '@pulumi/aws/ecr';
import type * as pulumi from '@pulumi/pulumi';
import type { AwsScope } from './scope';

export const repositoryName = 'taproom-images';
/** Of a build a day, those of a year. */
const imagesKept = 400;

/** The one repository of all stacks: what was built once is what dev runs, and then prod. */
export function createImageRepository({ region, account, options, protect }: AwsScope): {
  address: pulumi.Output<string>;
  arn: pulumi.Output<string>;
} {
  const repository = new ecr.Repository(
    'images',
    {
      name: repositoryName,
      // Signatures and bills of materials have tags that move where a registry has no list of referrers.
      imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
      imageTagMutabilityExclusionFilters: [{ filter: 'sha256-*', filterType: 'WILDCARD' }],
      imageScanningConfiguration: { scanOnPush: true },
      encryptionConfigurations: [{ encryptionType: 'AES256' }],
      forceDelete: !protect,
    },
    { ...options, protect },
  );
  new ecr.LifecyclePolicy('images-lifecycle', { repository: repository.name, policy: keepNewest() }, options);
  const policy = account.apply((id) => lambdaPullPolicy(`arn:aws:lambda:${region}:${id}:function:taproom-*`));
  new ecr.RepositoryPolicy('images-policy', { repository: repository.name, policy }, options);
  return { address: repository.repositoryUrl, arn: repository.arn };
}

function keepNewest(): string {
  const rule = {
    rulePriority: 1,
    description: `keep the newest ${imagesKept} images`,
    selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: imagesKept },
    action: { type: 'expire' },
  };
  return JSON.stringify({ rules: [rule] });
}

/**
 * The migrations of all stacks are functions of this image. A shared repository's policy is its owner's to set.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/images-create.html#gettingstarted-images-permissions
 */
function lambdaPullPolicy(functions: string): string {
  const statement = {
    Sid: 'MigrationsPullImage',
    Effect: 'Allow',
    Principal: { Service: 'lambda.amazonaws.com' },
    Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
    Condition: { StringLike: { 'aws:sourceArn': [functions] } },
  };
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
}
