import type { artifactregistry } from '@pulumi/gcp';
import { Refusal } from '../cloud/refusal';
import { findStoredImage, repositories } from '../cloud/registry';
import { func } from '../declare';
import { inputRule } from '../rules';
import { accessToken } from './client';
import { googleResource } from './declare';
import { googleError } from './google-error';
import { apiRules } from './project-services';

export const repository = googleResource<artifactregistry.Repository, artifactregistry.RepositoryArgs>({
  token: 'gcp:artifactregistry/repository:Repository',
  replaceOn: ['repositoryId', 'project', 'location', 'format', 'kmsKeyName', 'mode', 'dockerConfig.mutable'],
  defaults: { mode: 'STANDARD_REPOSITORY' },
  unordered: ['cleanupPolicies'],
  changesOnUpdate: ['updateTime'],
  seconds: { create: 12, delete: 3 },
  id: ({ inputs, place }) => `projects/${place.project}/locations/${place.region}/repositories/${inputs.repositoryId}`,
  outputs: ({ inputs, place, cloud, previous }) => ({
    name: inputs.repositoryId ?? '',
    createTime: previous?.createTime ?? cloud.clock.timestamp(),
    updateTime: cloud.clock.timestamp(),
    registryUri: addressOf(place, inputs.repositoryId),
    vulnerabilityScanningConfig: {
      enablementConfig: inputs.vulnerabilityScanningConfig?.enablementConfig ?? 'INHERITED',
      enablementState: 'SCANNING_DISABLED',
      enablementStateReason: 'API containerscanning.googleapis.com is not enabled.',
    },
  }),
  unique: ({ inputs, place }) => `repository ${inputs.repositoryId} in ${place.project} ${place.region}`,
  exists: () => googleError(409, 'the repository already exists'),
  create: ({ cloud, entity, inputs, place }) => {
    if (inputs.format !== 'DOCKER') return;
    const address = addressOf(place, inputs.repositoryId);
    cloud.table(repositories).set(address, {
      address,
      hasNames: true,
      isImmutable: () => entity.inputs.dockerConfig?.immutableTags === true,
      refuseLogin: (login) =>
        login?.username === 'oauth2accesstoken' && login.password === accessToken(place.project ?? '')
          ? undefined
          : `denied: Permission "artifactregistry.repositories.uploadArtifacts" denied on resource "${entity.id}" (or it may not exist): username must be oauth2accesstoken and the password an access token of ${place.project}`,
      images: new Map(),
    });
  },
  delete: ({ cloud, entity, place }) => {
    cloud.table(repositories).delete(addressOf(place, entity.inputs.repositoryId));
    return 'gone';
  },
});

function addressOf(place: { project?: string; region?: string }, repositoryId: string): string {
  // Projects of a domain (example.com:project) have slashes there.
  return `${place.region}-docker.pkg.dev/${place.project?.replace(':', '/')}/${repositoryId}`;
}

const getDockerImage = func<artifactregistry.GetDockerImageArgs, artifactregistry.GetDockerImageResult>({
  token: 'gcp:artifactregistry/getDockerImage:getDockerImage',
  call: ({ inputs, place, cloud }) => {
    const address = addressOf({ ...place, region: inputs.location }, inputs.repositoryId);
    if (!cloud.table(repositories).has(address)) {
      throw new Refusal(
        googleError(
          404,
          `Repository "projects/${place.project}/locations/${inputs.location}/repositories/${inputs.repositoryId}" not found`,
          'notFound',
        ),
      );
    }
    const image = findStoredImage(cloud, `${address}/${inputs.imageName}`);
    if (!image) throw new Refusal(`Requested image was not found: ${inputs.imageName} in ${address}`);
    const pushedAt = new Date(image.pushedAtMs).toISOString();
    const name = `projects/${place.project}/locations/${inputs.location}/repositories/${inputs.repositoryId}/dockerImages/${image.name}@${image.digest}`;
    return {
      ...inputs,
      id: name,
      name,
      project: place.project ?? '',
      buildTime: pushedAt,
      uploadTime: pushedAt,
      updateTime: pushedAt,
      imageSizeBytes: '0',
      mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
      selfLink: `${address}/${image.name}@${image.digest}`,
      tags: [...image.tags],
    };
  },
});

const rules = [
  ...apiRules('artifactregistry', 'artifactregistry', [repository]),
  inputRule({
    id: 'gcp.artifactregistry.repository-id',
    refuses: 'Repository ids other than 1 to 63 lower-case letters, digits and hyphens that begin with a letter.',
    source: 'https://docs.cloud.google.com/artifact-registry/docs/repositories/create-repos',
    types: repository,
    check: ({ inputs }) =>
      /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/.test(inputs.repositoryId)
        ? undefined
        : googleError(400, 'invalid repository_id: must match [a-z]([a-z0-9-]{0,61}[a-z0-9])?', 'badRequest'),
  }),
  inputRule({
    id: 'gcp.artifactregistry.format',
    refuses: 'Formats that Artifact Registry does not know, or settings of another format.',
    source:
      'https://docs.cloud.google.com/artifact-registry/docs/reference/rest/v1/projects.locations.repositories#Format',
    types: repository,
    check: ({ inputs }) => {
      const formats = ['DOCKER', 'MAVEN', 'NPM', 'PYTHON', 'APT', 'YUM', 'KFP', 'GO', 'GENERIC', 'RUBY'];
      if (!formats.includes(inputs.format.toUpperCase()))
        return `format must be one of ${formats.join(', ')}, not ${inputs.format}`;
      return inputs.dockerConfig && inputs.format.toUpperCase() !== 'DOCKER'
        ? 'dockerConfig must not be set for another format than DOCKER'
        : undefined;
    },
  }),
  inputRule({
    id: 'gcp.artifactregistry.cleanup-policy',
    refuses:
      'Cleanup policies with an unknown action, with neither or both of condition and mostRecentVersions, or that delete the most recent versions; more than 10; one id twice.',
    source: 'https://docs.cloud.google.com/artifact-registry/docs/repositories/cleanup-policy',
    types: repository,
    check: ({ inputs }) => {
      const policies = inputs.cleanupPolicies ?? [];
      const ids = policies.map(({ id }) => id);
      return [
        ...(policies.length > 10 ? ['cleanupPolicies must be at most 10'] : []),
        ...ids
          .filter((id, index) => ids.indexOf(id) !== index)
          .map((id) => `cleanupPolicies: the id ${id} is there twice`),
        ...policies.flatMap(({ id, action, condition, mostRecentVersions }) => {
          const problems: string[] = [];
          if (!['KEEP', 'DELETE'].includes(action ?? ''))
            problems.push(`cleanupPolicies "${id}": action must be KEEP or DELETE`);
          if ((condition === undefined) === (mostRecentVersions === undefined))
            problems.push(`cleanupPolicies "${id}": one of condition and mostRecentVersions must be set`);
          if (action === 'DELETE' && mostRecentVersions)
            problems.push(`cleanupPolicies "${id}": mostRecentVersions goes with action KEEP only`);
          const states = ['TAGGED', 'UNTAGGED', 'ANY', 'TAG_STATE_UNSPECIFIED'];
          if (condition?.tagState !== undefined && !states.includes(condition.tagState))
            problems.push(`cleanupPolicies "${id}": condition.tagState must be one of ${states.join(', ')}`);
          if (condition?.tagPrefixes && condition.tagState !== 'TAGGED')
            problems.push(`cleanupPolicies "${id}": condition.tagPrefixes needs tagState TAGGED`);
          return problems;
        }),
      ];
    },
  }),
];

export const artifactRegistrySimulation = { resources: [repository], functions: [getDockerImage], rules };
