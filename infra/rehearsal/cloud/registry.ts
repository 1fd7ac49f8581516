import { type Cloud, table } from './cloud';
import { Refusal } from './refusal';

/**
 * What all container registries have in common. The registry types of each cloud put their repositories into the table and take
 * them out again; whoever pushes or pulls finds images here, whatever cloud keeps them.
 */
export type Repository = {
  /** Host and path: where images are, or above the names under which they are. */
  readonly address: string;
  /** Artifact Registry keeps images under names below a repository, ECR in the repository itself. */
  readonly hasNames: boolean;
  /** A tag that exists never moves to another digest. */
  isImmutable(tag: string): boolean;
  /** The registry's own words when this login may not push or read; undefined lets it. */
  refuseLogin(login: Login | undefined): string | undefined;
  /** By the name below the address ("" in ECR) and digest: `service@sha256:...`. */
  readonly images: Map<string, StoredImage>;
};

export type Login = { username: string; password: string };

export type StoredImage = {
  /** Below the repository's address; "" where the repository is the image. */
  readonly name: string;
  readonly digest: string;
  readonly platform: string;
  readonly pushedAtMs: number;
  readonly tags: Set<string>;
};

/** By address. */
export const repositories = table<Repository>('container repositories');

/** `host/path:tag`, `host/path@digest` or both. */
export type ImageReference = { host: string; repository: string; tag?: string; digest?: string };

const referencePattern =
  /^((?:[a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+)+(?::\d+)?|localhost(?::\d+)?|[a-zA-Z0-9-]+:\d+))\/([a-z0-9]+(?:(?:[._]|__|-+|\/)[a-z0-9]+)*)(?::([\w][\w.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$/;

/** Undefined when the text is no reference with a registry's host. Source: https://github.com/distribution/reference */
export function parseReference(text: string): ImageReference | undefined {
  const [, host, path, tag, digest] = referencePattern.exec(text) ?? [];
  if (host === undefined || path === undefined) return undefined;
  return { host, repository: `${host}/${path}`, ...(tag && { tag }), ...(digest && { digest }) };
}

/** The repository that keeps `address` (without tag or digest), and the image's name below it. */
export function findRepository(cloud: Cloud, address: string): { repository: Repository; name: string } | undefined {
  for (const repository of cloud.table(repositories).values()) {
    if (!repository.hasNames && repository.address === address) return { repository, name: '' };
    if (repository.hasNames && address.startsWith(`${repository.address}/`)) {
      return { repository, name: address.slice(repository.address.length + 1) };
    }
  }
  return undefined;
}

/** The image that a reference names, by digest or else by tag (`latest` without one); undefined when it is not there. */
export function findStoredImage(cloud: Cloud, reference: string): StoredImage | undefined {
  const parsed = parseReference(reference);
  const found = parsed && findRepository(cloud, parsed.repository);
  if (!parsed || !found) return undefined;
  const { repository, name } = found;
  if (parsed.digest !== undefined) return repository.images.get(`${name}@${parsed.digest}`);
  const tag = parsed.tag ?? 'latest';
  return [...repository.images.values()].find((image) => image.name === name && image.tags.has(tag));
}

/** Adds the image under its tag, or throws the registry's refusal. Pushing what is there already changes nothing. */
export function pushImage(
  cloud: Cloud,
  image: { reference: string; digest: string; platform: string; login: Login | undefined },
): void {
  const { reference, digest, platform, login } = image;
  const parsed = parseReference(reference);
  if (!parsed) throw new Refusal(`failed to push ${reference}: it names no registry`);
  const found = findRepository(cloud, parsed.repository);
  // Registries tell strangers nothing, so the login comes first where the host is known.
  const refused = (found?.repository ?? neighbourOf(cloud, parsed.host))?.refuseLogin(login);
  if (refused !== undefined) throw new Refusal(`failed to push ${reference}: ${refused}`);
  if (!found) {
    throw new Refusal(
      neighbourOf(cloud, parsed.host)
        ? `failed to push ${reference}: name unknown: the repository ${parsed.repository} does not exist`
        : `failed to push ${reference}: not simulated: the registry ${parsed.host}, or it has no repository yet`,
    );
  }
  const { repository, name } = found;
  const tag = parsed.tag ?? 'latest';
  const holder = [...repository.images.values()].find((stored) => stored.name === name && stored.tags.has(tag));
  if (holder && holder.digest !== digest) {
    if (repository.isImmutable(tag)) {
      throw new Refusal(
        `failed to push ${reference}: tag invalid: the image tag '${tag}' already exists in the '${repository.address}' repository with digest ${holder.digest} and cannot be overwritten because the tag is immutable`,
      );
    }
    holder.tags.delete(tag);
  }
  const key = `${name}@${digest}`;
  const known = repository.images.get(key);
  if (known) known.tags.add(tag);
  else repository.images.set(key, { name, digest, platform, pushedAtMs: cloud.clock.now(), tags: new Set([tag]) });
}

function neighbourOf(cloud: Cloud, host: string): Repository | undefined {
  return [...cloud.table(repositories).values()].find(({ address }) => address.startsWith(`${host}/`));
}
