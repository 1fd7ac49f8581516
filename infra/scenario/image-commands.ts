import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from '../rehearsal/engine/run-program';
import type { RunHook } from '../rehearsal/runtime/images/build-image';

/** What the Dockerfile's RUN lines do: the dependencies are those that are installed, and the bundle is really built. */
export const runImageCommand: RunHook = async ({ command, root, workdir, env, contextFolder }) => {
  const folder = join(root, workdir);
  if (/^npm ci\b/.test(command)) {
    await symlink(join(contextFolder, 'node_modules'), join(folder, 'node_modules'));
    return true;
  }
  if (!command.startsWith('node service/build.mjs ')) return false;
  // Absolute paths of the image are paths below the stage's root.
  const here = command.replaceAll(/(?<=\s)\/image\b/g, join(root, 'image'));
  const { code, stdout, stderr } = await runProgram('sh', ['-e', '-c', here], {
    cwd: folder,
    env: { ...process.env, ...env },
  });
  if (code !== 0) throw new Error(`RUN ${command} failed:\n${stdout}${stderr}`);
  return true;
};
