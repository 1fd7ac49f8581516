import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import type { ContainerSpec, Image } from '../runtime';

export type ContainerCommand = { program: string; args: string[]; folder: string; env: Record<string, string> };

/** Docker's own PATH. Source: https://github.com/moby/moby/blob/master/oci/defaults.go */
const imagePath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * What a container engine would start: the image's entry point and command unless others are given (another entry point drops
 * the image's command), in its working folder. Its files lie below `root` on this machine, so absolute paths lead there.
 * Throws when there is nothing to run.
 */
export function buildCommand(spec: ContainerSpec, image: Image, root: string): ContainerCommand {
  const entrypoint = spec.entrypoint ?? image.entrypoint;
  const command = spec.command ?? (spec.entrypoint === undefined ? image.command : []);
  const [program, ...args] = [...entrypoint, ...command].map((word) => insideRoot(word, root));
  if (program === undefined) throw new Error(`${spec.name}: no command specified: the image has no ENTRYPOINT or CMD`);
  const env = {
    PATH: imagePath,
    HOME: '/',
    HOSTNAME: spec.name,
    ...image.env,
    ...spec.env,
  };
  return {
    // The machine's Node.js stands for the image's.
    program: program === 'node' ? process.execPath : program,
    args,
    folder: join(root, image.workdir),
    env: { ...env, PATH: `${dirname(process.execPath)}${delimiter}${env.PATH}` },
  };
}

function insideRoot(word: string, root: string): string {
  return word.startsWith('/') && existsSync(join(root, word)) ? join(root, word) : word;
}
