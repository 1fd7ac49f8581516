import type { apprunner } from '@pulumi/aws';
import type { Unwrap } from '@pulumi/pulumi';
import type { Cloud, TypeHandle } from '../cloud/cloud';
import { findStoredImage, parseReference } from '../cloud/registry';
import type { OutputsOf } from '../declare';
import { operationRule } from '../rules';
import { repository, repositoryPolicy } from './ecr';
import { refuseAccess } from './iam-authorize';
import { findSecretValue, parseSecretReference, secretPolicy } from './secrets';

type Args = Unwrap<apprunner.ServiceArgs>;

/** The service's type, for its rules and for itself. */
export const serviceHandle: TypeHandle<Args, OutputsOf<apprunner.Service>> = {
  token: 'aws:apprunner/service:Service',
};

export const pullActions = [
  'ecr:BatchCheckLayerAvailability',
  'ecr:BatchGetImage',
  'ecr:DescribeImages',
  'ecr:GetDownloadUrlForLayer',
];

/** The digest behind a reference of an image that is there. */
export function digestOf(cloud: Cloud, reference: string): string {
  const image = findStoredImage(cloud, reference);
  if (!image) throw new Error(`${reference} was taken for an image that exists`);
  return image.digest;
}

export function portOf({ sourceConfiguration }: Args): number {
  return Number(sourceConfiguration.imageRepository?.imageConfiguration?.port ?? '8080');
}

/** Secrets by variable, as references. */
function referencesOf({ sourceConfiguration }: Args): [string, string][] {
  return Object.entries(sourceConfiguration.imageRepository?.imageConfiguration?.runtimeEnvironmentSecrets ?? {});
}

/** The values of the secret variables, once the rules have found that all are there. */
export function resolveSecrets(cloud: Cloud, inputs: Args): Record<string, string> {
  return Object.fromEntries(
    referencesOf(inputs).flatMap(([variable, reference]): [string, string][] => {
      const parsed = parseSecretReference(reference);
      const found = parsed && findSecretValue(cloud, parsed);
      return found?.found ? [[variable, found.value]] : [];
    }),
  );
}

/** What App Runner finds while it deploys. */
export const deploymentRules = [
  operationRule({
    id: 'aws.apprunner.image-missing',
    refuses: 'An image that is in no repository of ECR, or is not for linux/amd64.',
    source: 'https://docs.aws.amazon.com/apprunner/latest/dg/troubleshooting.html',
    types: serviceHandle,
    check: ({ inputs: { sourceConfiguration }, cloud }) => {
      const { imageIdentifier = '', imageRepositoryType } = sourceConfiguration.imageRepository ?? {};
      if (imageRepositoryType !== 'ECR') return undefined;
      const image = findStoredImage(cloud, imageIdentifier);
      if (!image) {
        return `Failed to pull your application image. Reason: ImageNotFoundException: ${imageIdentifier} does not exist (imageIdentifier)`;
      }
      return image.platform === 'linux/amd64'
        ? undefined
        : `exec format error: the image ${imageIdentifier} is for ${image.platform}, App Runner needs linux/amd64`;
    },
  }),
  operationRule({
    id: 'aws.apprunner.image-pull',
    refuses: 'An access role that may not pull the image.',
    source: 'https://docs.aws.amazon.com/apprunner/latest/dg/security_iam_service-with-iam.html',
    types: serviceHandle,
    check: async ({ inputs: { sourceConfiguration }, cloud, place }) => {
      const { imageIdentifier = '', imageRepositoryType } = sourceConfiguration.imageRepository ?? {};
      const role = sourceConfiguration.authenticationConfiguration?.accessRoleArn;
      const address = parseReference(imageIdentifier)?.repository;
      if (imageRepositoryType !== 'ECR' || role === undefined || address === undefined) return undefined;
      const home = cloud.list(repository).find(({ outputs }) => outputs.repositoryUrl === address);
      const resourcePolicy = cloud.list(repositoryPolicy).find(({ id }) => id === home?.id)?.inputs.policy;
      const refusals = [await refuseAccess(cloud, role, { action: 'ecr:GetAuthorizationToken', resource: '*' })];
      for (const action of home ? pullActions : []) {
        const resource = home?.outputs.arn ?? '';
        refusals.push(
          await refuseAccess(cloud, role, { action, resource, resourcePolicy: withResource(resourcePolicy, resource) }),
        );
      }
      return refusals
        .filter((refusal) => refusal !== undefined)
        .map(
          (refusal) => `Failed to pull your application image in ${place.region}. Reason: ${refusal} (accessRoleArn)`,
        );
    },
  }),
  operationRule({
    id: 'aws.apprunner.secret-missing',
    refuses: 'A secret, a version of it or a key in it that does not exist.',
    source: 'https://docs.aws.amazon.com/apprunner/latest/dg/env-variable.html',
    types: serviceHandle,
    check: ({ inputs, cloud }) =>
      referencesOf(inputs).flatMap(([variable, reference]) => {
        const parsed = parseSecretReference(reference);
        const found = parsed && findSecretValue(cloud, parsed);
        return found && !found.found ? [`Failed to read the secret of ${variable}: ${found.why}`] : [];
      }),
  }),
  operationRule({
    id: 'aws.apprunner.secret-read',
    refuses: 'An instance role that may not read a secret of the environment.',
    source: 'https://docs.aws.amazon.com/apprunner/latest/dg/env-variable.html',
    types: serviceHandle,
    check: async ({ inputs, cloud }) => {
      const role = inputs.instanceConfiguration?.instanceRoleArn;
      const findings: string[] = [];
      for (const [variable, reference] of referencesOf(inputs)) {
        const parsed = parseSecretReference(reference);
        const found = parsed && findSecretValue(cloud, parsed);
        if (!found?.found) continue;
        const resourcePolicy = cloud.find(secretPolicy, found.arn)?.inputs.policy;
        const request = { action: 'secretsmanager:GetSecretValue', resource: found.arn, resourcePolicy };
        const refusal = role === undefined ? 'there is no instance role' : await refuseAccess(cloud, role, request);
        if (refusal) findings.push(`Failed to read the secret of ${variable}: ${refusal} (instanceRoleArn)`);
      }
      return findings;
    },
  }),
];

/** A policy of a repository names no resource: it is about the repository. */
export function withResource(policy: string | object | undefined, resource: string): object | undefined {
  if (policy === undefined) return undefined;
  const document = typeof policy === 'string' ? JSON.parse(policy) : policy;
  const statements = Array.isArray(document.Statement) ? document.Statement : [document.Statement];
  return {
    ...document,
    Statement: statements.map((statement: object) =>
      'Resource' in statement ? statement : { ...statement, Resource: resource },
    ),
  };
}
