import { type Cloud, table } from './cloud';
import { Refusal } from './refusal';

/** An image as a registry holds it. */
export type PushedImage = {
  /** Host and path, without tag or digest. */
  readonly address: string;
  readonly digest: string;
  readonly tags: Set<string>;
  readonly pushedAt: string;
};

export type RegistryLogin = { username: string; password: string };

/** Where images are pushed to and pulled from. The resource that is a repository of its cloud adds one, and removes it. */
export type ImageRepository = {
  /** Host and path: `REGION-docker.pkg.dev/PROJECT/REPOSITORY`, `ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME`. */
  readonly address: string;
  /** Whether images have names of their own below the address (Artifact Registry) or are the address's own (ECR). */
  readonly holdsNamedImages: boolean;
  hasImmutableTag(tag: string): boolean;
  /** The registry's words when these credentials may not push; undefined lets them in. */
  refusePush(login: RegistryLogin | undefined): string | undefined;
  /** By `address@digest`. */
  readonly images: Map<string, PushedImage>;
};

/** By address. */
export const imageRepositories = table<ImageRepository>('image repositories');

/** The repository that an image's address lies in. */
export function findRepository(cloud: Cloud, imageAddress: string): ImageRepository | undefined {
  return [...cloud.table(imageRepositories).values()].find(({ address, holdsNamedImages }) =>
    holdsNamedImages ? imageAddress.startsWith(`${address}/`) : imageAddress === address,
  );
}

export type Push = { address: string; tag: string; digest: string; login?: RegistryLogin };

/** Puts an image into its repository as a registry does, or throws the registry's refusal. */
export function pushImage(cloud: Cloud, { address, tag, digest, login }: Push): PushedImage {
  const repository = findRepository(cloud, address);
  if (!repository) throw new Refusal(`failed to push ${address}:${tag}: name unknown: there is no such repository`);
  const denied = repository.refusePush(login);
  if (denied !== undefined) throw new Refusal(`failed to push ${address}:${tag}: ${denied}`);
  const holder = findTagged(repository, address, tag);
  if (holder && holder.digest !== digest) {
    if (repository.hasImmutableTag(tag)) {
      throw new Refusal(
        `failed to push ${address}:${tag}: the tag is immutable, and already names ${holder.digest}, not ${digest}`,
      );
    }
    holder.tags.delete(tag);
  }
  const key = `${address}@${digest}`;
  const image = repository.images.get(key) ?? { address, digest, tags: new Set(), pushedAt: cloud.clock.timestamp() };
  image.tags.add(tag);
  repository.images.set(key, image);
  return image;
}

/** An image by `address@sha256:...` or `address:tag`; undefined when no repository holds it. */
export function findPushedImage(cloud: Cloud, reference: string): PushedImage | undefined {
  const { address, digest, tag } = splitReference(reference);
  const repository = findRepository(cloud, address);
  if (!repository) return undefined;
  return digest === undefined
    ? findTagged(repository, address, tag ?? 'latest')
    : repository.images.get(`${address}@${digest}`);
}

/** `address[:tag][@digest]`; a colon before the last slash belongs to the host's port. */
export function splitReference(reference: string): { address: string; tag?: string; digest?: string } {
  const [named = '', digest] = reference.split('@');
  const [, address = named, tag] = /^(.+):([^/:]+)$/.exec(named) ?? [];
  return { address, ...(tag !== undefined && { tag }), ...(digest !== undefined && { digest }) };
}

function findTagged(repository: ImageRepository, address: string, tag: string): PushedImage | undefined {
  return [...repository.images.values()].find((image) => image.address === address && image.tags.has(tag));
}
