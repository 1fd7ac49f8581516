import type { Cloud } from '../cloud/cloud';
import { findStoredImage, parseReference } from '../cloud/registry';
import { operationRule } from '../rules';
import { withResource } from './app-runner-deployment';
import { repository, repositoryPolicy } from './ecr';
import { expressServiceHandle, serviceHandle } from './ecs-handles';
import { noSecrets } from './ecs-stopped-reasons';
import { ecrImagesOf, startingTaskOf } from './ecs-task';
import { refuseAccess } from './iam-authorize';

const types = [serviceHandle, expressServiceHandle];

export const imageRules = [
  operationRule({
    id: 'aws.ecs.image-missing',
    refuses: 'An image that is in no repository of ECR.',
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_cannot_pull_image.html',
    types,
    check: (subject) =>
      ecrImagesOf(startingTaskOf(subject))
        .filter((image) => !findStoredImage(subject.cloud, image))
        .map((image) => `CannotPullContainerError: failed to resolve ref ${image}: ${image}: not found (image)`),
  }),
  operationRule({
    id: 'aws.ecs.image-platform',
    refuses: 'An image for another platform than the task runs on.',
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_cannot_pull_image.html',
    types,
    check: (subject) => {
      const spec = startingTaskOf(subject);
      return ecrImagesOf(spec)
        .filter((image) => (findStoredImage(subject.cloud, image)?.platform ?? spec?.platform) !== spec?.platform)
        .map(
          (image) =>
            `CannotPullContainerError: image Manifest does not contain descriptor matching platform '${spec?.platform}': ${image} (runtimePlatform)`,
        );
    },
  }),
  operationRule({
    id: 'aws.ecs.image-pull',
    refuses: 'An execution role that may not pull the image.',
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html',
    types,
    check: async (subject) => {
      const spec = startingTaskOf(subject);
      const images = ecrImagesOf(spec);
      const role = spec?.executionRoleArn;
      if (images.length === 0 || role === undefined) return undefined;
      const denied = await refuseAccess(subject.cloud, role, { action: 'ecr:GetAuthorizationToken', resource: '*' });
      const findings = denied
        ? [
            `${noSecrets}: unable to retrieve ecr registry auth: service call has been retried 1 time(s): ${denied} (executionRoleArn)`,
          ]
        : [];
      for (const image of images) {
        for (const refusal of await refusePull(subject.cloud, role, image)) {
          findings.push(
            `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${image}: 403 Forbidden: ${refusal} (executionRoleArn)`,
          );
        }
      }
      return findings;
    },
  }),
];

/** Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-pull-iam.html */
const pullActions = ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];

async function refusePull(cloud: Cloud, role: string, image: string): Promise<string[]> {
  const address = parseReference(image)?.repository;
  const home = cloud.list(repository).find(({ outputs }) => outputs.repositoryUrl === address);
  if (!home) return [];
  const resource = home.outputs.arn;
  const policy = cloud.list(repositoryPolicy).find(({ id }) => id === home.id)?.inputs.policy;
  const refusals: string[] = [];
  for (const action of pullActions) {
    const request = { action, resource, resourcePolicy: withResource(policy, resource) };
    const refusal = await refuseAccess(cloud, role, request);
    if (refusal) refusals.push(refusal);
  }
  return refusals;
}
