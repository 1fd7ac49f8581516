import type { ecr } from '@pulumi/aws';
import { type Cloud, type Place, table } from '../cloud/cloud';

import { Refusal } from '../cloud/refusal';
import { type Login, repositories, type StoredImage } from '../cloud/registry';
import { func, resource } from '../declare';
import { accountId, arn } from './declare';

/** Passwords that getAuthorizationToken gave, and until when they are good. */
const tokens = table<{ untilMs: number }>('ecr authorization tokens');
const tokenHours = 12;

export const repository = resource<ecr.Repository, ecr.RepositoryArgs>({
  token: 'aws:ecr/repository:Repository',
  naming: { maxLength: 256, letters: 'lower' },
  replaceOn: ['name', 'encryptionConfigurations'],
  defaults: { imageTagMutability: 'MUTABLE' },
  seconds: { create: 1, delete: 1 },
  id: ({ inputs }) => inputs.name ?? '',
  outputs: ({ inputs, place }) => ({
    arn: arn('ecr', place, `repository/${inputs.name}`),
    registryId: accountId,
    repositoryUrl: addressOf(place, inputs.name ?? ''),
  }),
  unique: ({ inputs, place }) => `repository ${inputs.name} in ${place.region}`,
  exists: ({ inputs }) =>
    `RepositoryAlreadyExistsException: The repository with name '${inputs.name}' already exists in the registry with id '${accountId}'`,
  create: ({ cloud, entity }) => {
    const { repositoryUrl: address } = entity.outputs;
    cloud.table(repositories).set(address, {
      address,
      hasNames: false,
      isImmutable: (tag) => hasImmutableTag(entity.inputs, tag),
      refuseLogin: (login) => refuseLogin(cloud, login),
      images: new Map(),
    });
  },
  delete: ({ cloud, entity }) => {
    const { repositoryUrl } = entity.outputs;
    const images = cloud.table(repositories).get(repositoryUrl)?.images;
    if (images && images.size > 0 && !entity.inputs.forceDelete) {
      throw new Refusal(
        `RepositoryNotEmptyException: The repository with name '${entity.id}' in registry with id '${accountId}' cannot be deleted because it still contains images (forceDelete)`,
      );
    }
    cloud.table(repositories).delete(repositoryUrl);
    return 'gone';
  },
});

export const repositoryPolicy = resource<ecr.RepositoryPolicy, ecr.RepositoryPolicyArgs>({
  token: 'aws:ecr/repositoryPolicy:RepositoryPolicy',
  replaceOn: ['repository'],
  seconds: { create: 1, delete: 1 },
  id: ({ inputs }) => inputs.repository,
  outputs: () => ({ registryId: accountId }),
});

export const lifecyclePolicy = resource<ecr.LifecyclePolicy, ecr.LifecyclePolicyArgs>({
  token: 'aws:ecr/lifecyclePolicy:LifecyclePolicy',
  // The provider knows no update of it.
  replaceOn: ['repository', 'policy'],
  deleteBeforeReplace: true,
  seconds: { create: 1, delete: 1 },
  id: ({ inputs }) => inputs.repository,
  outputs: () => ({ registryId: accountId }),
});

export const getAuthorizationToken = func<ecr.GetAuthorizationTokenArgs, ecr.GetAuthorizationTokenResult>({
  token: 'aws:ecr/getAuthorizationToken:getAuthorizationToken',
  secretResults: ['authorizationToken', 'password'],
  call: ({ inputs, place, cloud, seed }) => {
    const expiresAt = cloud.clock.now() + tokenHours * 3_600_000;
    const password = Buffer.from(`ecr:${place.region}:${seed.hex(64, String(expiresAt))}`).toString('base64');
    cloud.table(tokens).set(password, { untilMs: expiresAt });
    return {
      ...inputs,
      region: place.region ?? '',
      authorizationToken: Buffer.from(`AWS:${password}`).toString('base64'),
      expiresAt: new Date(expiresAt).toISOString(),
      id: place.region ?? '',
      password,
      proxyEndpoint: `https://${registryOf(place)}`,
      userName: 'AWS',
    };
  },
});

export const getImage = func<ecr.GetImageArgs, ecr.GetImageResult>({
  token: 'aws:ecr/getImage:getImage',
  call: ({ inputs, place, cloud }) => {
    const { imageDigest, imageTag, mostRecent, repositoryName, registryId = accountId } = inputs;
    if ([imageDigest, imageTag, mostRecent].filter((wish) => wish !== undefined && wish !== false).length !== 1) {
      throw new Refusal('exactly one of imageDigest, imageTag or mostRecent must be set');
    }
    const images = imagesOf(cloud, place, { repositoryName, registryId });
    const found = mostRecent
      ? images.at(-1)
      : images.find((image) => image.digest === imageDigest || image.tags.has(imageTag ?? ''));
    if (!found) {
      throw new Refusal(
        `ImageNotFoundException: The image with imageId {imageDigest:'${imageDigest ?? 'null'}', imageTag:'${imageTag ?? 'null'}'} does not exist within the repository with name '${repositoryName}' in the registry with id '${registryId}'`,
      );
    }
    return {
      ...inputs,
      region: place.region ?? '',
      id: found.digest,
      imageDigest: found.digest,
      imagePushedAt: Math.floor(found.pushedAtMs / 1_000),
      imageSizeInBytes: cloud.runtime.images.find(found.digest) ? 60_000_000 : 0,
      imageTags: [...found.tags],
      imageUri: `${addressOf({ ...place, account: registryId }, repositoryName)}@${found.digest}`,
      registryId,
    };
  },
});

export const getImages = func<ecr.GetImagesArgs, ecr.GetImagesResult>({
  token: 'aws:ecr/getImages:getImages',
  call: ({ inputs, place, cloud }) => ({
    ...inputs,
    region: place.region ?? '',
    imageIds: imagesOf(cloud, place, inputs).flatMap(({ digest, tags }) =>
      [...(tags.size > 0 ? tags : [''])].map((tag) => ({ imageDigest: digest, imageTag: tag })),
    ),
  }),
});

function imagesOf(
  cloud: Cloud,
  place: Place,
  { repositoryName, registryId = accountId }: { repositoryName: string; registryId?: string | undefined },
): StoredImage[] {
  const found = cloud.table(repositories).get(`${registryOf({ ...place, account: registryId })}/${repositoryName}`);
  if (!found) throw new Refusal(missingRepository(repositoryName));
  return [...found.images.values()];
}

export function missingRepository(name: string): string {
  return `RepositoryNotFoundException: The repository with name '${name}' does not exist in the registry with id '${accountId}'`;
}

function registryOf(place: Place): string {
  return `${place.account}.dkr.ecr.${place.region}.amazonaws.com`;
}

function addressOf(place: Place, name: string): string {
  return `${registryOf(place)}/${name}`;
}

function hasImmutableTag(
  { imageTagMutability = 'MUTABLE', imageTagMutabilityExclusionFilters = [] }: MutabilityInputs,
  tag: string,
): boolean {
  const isExcluded = imageTagMutabilityExclusionFilters.some(({ filter }) =>
    new RegExp(`^${filter.split('*').map(quotePattern).join('.*')}$`).test(tag),
  );
  return imageTagMutability.startsWith('IMMUTABLE') !== isExcluded;
}

type MutabilityInputs = {
  imageTagMutability?: string;
  imageTagMutabilityExclusionFilters?: readonly { filter: string }[];
};

function quotePattern(text: string): string {
  return text.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
}

function refuseLogin(cloud: Cloud, login: Login | undefined): string | undefined {
  if (!login) return 'unexpected status: 401 Unauthorized: no basic auth credentials';
  const token = cloud.table(tokens).get(login.password);
  if (login.username !== 'AWS' || !token) return 'unexpected status: 401 Unauthorized: authorization failed';
  return token.untilMs > cloud.clock.now()
    ? undefined
    : 'denied: Your authorization token has expired. Reauthenticate and try again.';
}
