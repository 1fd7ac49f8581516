import type {
  GetRemoteImageArgs,
  GetRemoteImageResult,
  RemoteImage,
  RemoteImageArgs,
  Tag,
  TagArgs,
} from '@pulumi/docker';
import type { Cloud } from '../cloud/cloud';
import { type EngineImage, findEngineImage, putImage } from '../cloud/image-engine';
import { Refusal } from '../cloud/refusal';
import { createSeed } from '../cloud/seed';
import { func, resource } from '../declare';

/** Images of Docker Hub that stand for stores; what runs is the machine's own program. */
export type StoreImage = { kind: 'postgres' | 'redis'; version: string };

const storePattern = /^(?:docker\.io\/)?(?:library\/)?(postgres|redis)(?::(\d+)[\w.-]*)?(?:@(sha256:[0-9a-f]{64}))?$/;

/** Undefined for every other image. */
export function parseStoreImage(name: string): StoreImage | undefined {
  const [, kind, version = ''] = storePattern.exec(name) ?? [];
  return kind === 'postgres' || kind === 'redis' ? { kind, version } : undefined;
}

/** As the provider does it before a container: the engine's own image, else one that is pulled. Throws when there is none. */
export function findOrPull(cloud: Cloud, name: string): EngineImage {
  const known = findEngineImage(cloud, name);
  if (known) return known;
  const [, kind, , digest] = storePattern.exec(name) ?? [];
  if (kind === undefined) {
    throw new Refusal(
      `unable to pull image ${name}: error pulling image ${name}: Error response from daemon: pull access denied for ${name.split(/[:@]/)[0]}, repository does not exist or may require 'docker login'`,
    );
  }
  const id = digest ?? `sha256:${createSeed(`image ${name}`).hex(64)}`;
  const pulled = { id, repoDigest: `${kind}@${id}` };
  putImage(cloud, name, pulled);
  return pulled;
}

export const remoteImage = resource<RemoteImage, RemoteImageArgs>({
  token: 'docker:index/remoteImage:RemoteImage',
  replaceOn: ['name', 'platform', 'triggers', 'build'],
  // The machine's images are its own: keepLocally or not, others may use them.
  stateOnly: true,
  seconds: { create: 10 },
  id: ({ inputs, cloud }) => `${findOrPull(cloud, inputs.name).id}${inputs.name}`,
  outputs: ({ inputs, cloud }) => {
    const { id, repoDigest } = findOrPull(cloud, inputs.name);
    return { imageId: id, repoDigest };
  },
});

export const tag = resource<Tag, TagArgs>({
  token: 'docker:index/tag:Tag',
  replaceOn: 'any',
  // The provider leaves both names where they are.
  stateOnly: true,
  id: ({ inputs }) => `${inputs.sourceImage}.${inputs.targetImage}`,
  outputs: ({ inputs, cloud }) => {
    const source = findEngineImage(cloud, inputs.sourceImage);
    if (!source) {
      throw new Refusal(
        `failed to create docker tag: Error response from daemon: No such image: ${inputs.sourceImage}`,
      );
    }
    putImage(cloud, inputs.targetImage, source);
    return { sourceImageId: source.id };
  },
});

export const getRemoteImage = func<GetRemoteImageArgs, GetRemoteImageResult>({
  token: 'docker:index/getRemoteImage:getRemoteImage',
  call: ({ inputs: { name }, cloud }) => {
    const found = findEngineImage(cloud, name);
    if (!found) throw new Refusal(`did not find docker image '${name}'`);
    return { id: found.id, name, repoDigest: found.repoDigest };
  },
});
