import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Image, Images } from '../runtime';
import { buildImage, type RunHook } from './build-image';

export type ImageStore = Images & {
  /** With the folder of its files. Throws when there is none of that digest. */
  get(digest: string): { image: Image; root: string };
};

export function createImages({ folder, run }: { folder: string; run: RunHook }): ImageStore {
  const built = new Map<string, { image: Image; root: string }>();
  return {
    build: async (request) => {
      await mkdir(folder, { recursive: true });
      const stages = await mkdtemp(join(folder, 'build-'));
      try {
        const made = await buildImage(request, { folder: stages, run });
        const known = built.get(made.image.digest);
        if (known) await rm(stages, { recursive: true, force: true });
        else built.set(made.image.digest, made);
        return (known ?? made).image;
      } catch (error) {
        await rm(stages, { recursive: true, force: true });
        throw error;
      }
    },
    find: (digest) => built.get(digest)?.image,
    get: (digest) => {
      const found = built.get(digest);
      if (!found) throw new Error(`no image of digest ${digest} was built`);
      return found;
    },
  };
}
