import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where built engines and read typings are kept between runs: $XDG_CACHE_HOME/taproom or ~/.cache/taproom. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  return join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache'), 'taproom');
}
