import { findRepository, findStoredImage, parseReference } from '../cloud/registry';
import { operationRule, type Rule } from '../rules';
import { accountOf } from './cloud-run-start';
import { jobType, type RunContainer, serviceType, workloadOf } from './cloud-run-workload';
import { fullName, projectNumber } from './declare';
import { isAllowed, runServiceAgent } from './iam';
import { readSecret } from './secret-manager';

const types = [serviceType, jobType];

/** What Cloud Run finds when it prepares a revision or an execution: the resource is there by then, and stays. */
export const runOperationRules: readonly Rule[] = [
  operationRule({
    id: 'gcp.run.image-exists',
    refuses: 'An image that is not in its registry.',
    source: 'https://docs.cloud.google.com/run/docs/deploying#images',
    types,
    check: ({ inputs, cloud }) =>
      (workloadOf(inputs).containers ?? []).flatMap(({ image }) => {
        if (findStoredImage(cloud, image)) return [];
        const isHere =
          findRepository(cloud, parseReference(image)?.repository ?? '') || image.includes('-docker.pkg.dev/');
        return [isHere ? `Image '${image}' not found.` : `not simulated: the registry of image '${image}'`];
      }),
  }),
  operationRule({
    id: 'gcp.run.image-readable',
    refuses: "An image that Cloud Run's own service agent may not read, as in another project without a grant.",
    source: 'https://docs.cloud.google.com/run/docs/deploying#other-projects',
    types,
    check: ({ inputs, cloud, place }) =>
      (workloadOf(inputs).containers ?? []).flatMap(({ image }) => {
        const [, location, imageProject, repositoryId] =
          /^([a-z0-9-]+)-docker\.pkg\.dev\/([^/]+)\/([^/]+)\//.exec(image) ?? [];
        if (location === undefined || imageProject === undefined) return [];
        const agent = runServiceAgent(place.project ?? '');
        const mayRead = isAllowed(cloud, {
          member: `serviceAccount:${agent}`,
          permission: 'artifactregistry.repositories.downloadArtifacts',
          project: imageProject,
          resource: `projects/${imageProject}/locations/${location}/repositories/${repositoryId}`,
        });
        return mayRead
          ? []
          : [
              `Google Cloud Run Service Agent ${agent} must have permission to read the image, ${image}. Ensure that the provided container image URL is correct and that the above account has permission to read the image. Note that the image is from project [${imageProject}], which is not the same as this project [${place.project}]. Permission must be granted to the Google Cloud Run Service Agent from this project.`,
            ];
      }),
  }),
  operationRule({
    id: 'gcp.run.secret-exists',
    refuses: 'A variable from a secret, or a version of it, that does not exist or is disabled.',
    source: 'https://docs.cloud.google.com/run/docs/configuring/services/secrets',
    types,
    check: ({ inputs, cloud, place }) =>
      secretsOf(workloadOf(inputs).containers).flatMap(({ name, secret, version }) => {
        const found = readSecret(cloud, place, { secret, version: version ?? 'latest' });
        return 'problem' in found ? [`envs "${name}": ${found.problem}`] : [];
      }),
  }),
  operationRule({
    id: 'gcp.run.secret-access',
    refuses: "A variable from a secret that the revision's own service account may not read.",
    source: 'https://docs.cloud.google.com/run/docs/configuring/services/secrets#access-secret',
    types,
    check: ({ inputs, cloud, place }) => {
      const workload = workloadOf(inputs);
      const account = accountOf(workload, place);
      return secretsOf(workload.containers).flatMap(({ name, secret, version }) => {
        const resource = fullName(secret, place, 'secrets');
        const mayRead = isAllowed(cloud, {
          member: `serviceAccount:${account}`,
          permission: 'secretmanager.versions.access',
          project: place.project ?? '',
          resource,
        });
        if (mayRead) return [];
        const shown = `projects/${projectNumber(place.project ?? '')}/secrets/${resource.split('/').at(-1)}/versions/${version ?? 'latest'}`;
        return [
          `envs "${name}": Permission denied on secret: ${shown} for Revision service account ${account}. The service account used must be granted the 'Secret Manager Secret Accessor' role (roles/secretmanager.secretAccessor) at the secret, project or higher level.`,
        ];
      });
    },
  }),
];

export type SecretVariable = { name: string; secret: string; version?: string };

export function secretsOf(containers: readonly RunContainer[] | undefined): SecretVariable[] {
  return (containers ?? []).flatMap(({ envs }) =>
    (envs ?? []).flatMap(({ name, valueSource }) =>
      valueSource?.secretKeyRef ? [{ name, ...valueSource.secretKeyRef }] : [],
    ),
  );
}
