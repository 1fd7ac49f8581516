import { getCallerIdentityOutput, Provider } from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { BootstrapConfig } from '../config';
import type { Purpose } from '../purposes';
import { createIdentities } from './identities';
import { createImageRepository } from './image-repository';
import type { AwsScope } from './scope';
import { createState } from './state';

/** Everything on AWS: identities, the image repository, and, where this is the first cloud, the state. */
export function createAws(config: BootstrapConfig, purposes: readonly Purpose[]) {
  if (config.aws === undefined) return undefined;
  const { region } = config.aws;
  const tags = { project: pulumi.getProject(), 'managed-by': 'pulumi' };
  const provider = new Provider('aws', { region: region as never, defaultTags: { tags } });
  const component = new pulumi.ComponentResource('taproom:bootstrap:Aws', 'aws', {}, { provider });
  const options = { parent: component };
  const account = getCallerIdentityOutput({}, { parent: component }).accountId;
  const scope: AwsScope = { region, account, options, protect: config.protect };
  const images = createImageRepository(scope);
  const state = config.clouds[0] === 'aws' ? createState(scope) : undefined;
  const arns = state && pulumi.output({ bucket: state.bucketArn, key: state.keyArn });
  const identities = createIdentities(scope, {
    github: config.github,
    purposes,
    repositoryArn: images.arn,
    state: arns,
  });
  return { region, images, state, ...identities };
}
