import { type Cloud, table } from './cloud';

/**
 * The images of the machine's Docker engine: what builds load and programs pull. As with the containerd image store, Docker's
 * default since version 29, an image's id is the digest of its manifest.
 * Source: https://docs.docker.com/engine/storage/containerd/
 */
export type EngineImage = {
  readonly id: string /** Empty of a built image that was never pushed. */;
  readonly repoDigest: string;
};

/** By name with tag, as `docker images` lists them, or by the name with a digest under which they were pulled. */
const engineImages = table<EngineImage>('images of the Docker engine');

/** `postgres:17@sha256:...` is kept as the digest says; a name without a tag is `latest`. */
function keyOf(name: string): string {
  const [, repository = name, digest] = /^(.*?)(?::[\w.-]+)?@(sha256:[0-9a-f]{64})$/.exec(name) ?? [];
  if (digest !== undefined) return `${repository}@${digest}`;
  return /:[^/:]+$/.test(name) ? name : `${name}:latest`;
}

export function putImage(cloud: Cloud, name: string, image: EngineImage): void {
  cloud.table(engineImages).set(keyOf(name), image);
}

/** By name or id; undefined when the engine has none of either. */
export function findEngineImage(cloud: Cloud, nameOrId: string): EngineImage | undefined {
  const images = cloud.table(engineImages);
  return images.get(keyOf(nameOrId)) ?? [...images.values()].find(({ id }) => id === nameOrId);
}
