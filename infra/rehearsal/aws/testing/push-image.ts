import { repositories } from '../../cloud/registry';
import type { World } from '../../testing/world';

/** Puts an image into a repository that a setup made, as a push of docker-build does. */
export function pushImageTo(world: World, repositoryUrl: string, digest: string, platform = 'linux/amd64'): void {
  const image = { name: '', digest, platform, pushedAtMs: 0, tags: new Set<string>() };
  world.cloud.table(repositories).get(repositoryUrl)?.images.set(`@${digest}`, image);
}
