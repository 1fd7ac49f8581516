import { access, constants } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { buildFromModules, hasGo } from './build-from-modules';
import { cacheFolder } from './cache-folder';
import { installByAutomation } from './install-by-automation';
import { runProgram } from './run-program';
import { engineVersion, fits, parseVersion } from './versions';

export type Engine = {
  version: string;
  /** Holds `pulumi` and `pulumi-language-nodejs`; to stand first on PATH. */
  folder: string;
  origin: 'PATH' | 'cache' | 'download' | 'Go build';
};

export type FindOptions = {
  env?: NodeJS.ProcessEnv;
  progress?: (line: string) => void;
  signal?: AbortSignal;
};

/**
 * The Pulumi engine: on PATH, else cached, else downloaded by the Automation API, else built by Go from its module.
 * Throws with what to install when none of these works.
 */
export async function findEngine({
  env = process.env,
  progress = () => {},
  signal,
}: FindOptions = {}): Promise<Engine> {
  const onPath = await findOnPath(env, progress);
  if (onPath) return onPath;

  const cache = cacheFolder(env);
  const downloaded = join(cache, `pulumi-${engineVersion}-download`);
  const built = join(cache, `pulumi-${engineVersion}-build`);
  for (const folder of [join(downloaded, 'bin'), built]) {
    const version = await engineIn(folder, env);
    if (version) return { version, folder, origin: 'cache' };
  }

  const failures: string[] = [];
  try {
    await installByAutomation(downloaded, progress);
    return await installed(join(downloaded, 'bin'), 'download', env);
  } catch (error) {
    failures.push(`download: ${reason(error)}`);
  }
  if (await hasGo()) {
    try {
      await buildFromModules(built, progress, signal);
      return await installed(built, 'Go build', env);
    } catch (error) {
      failures.push(`Go build: ${reason(error)}`);
    }
  } else {
    failures.push('Go build: no `go` on PATH');
  }
  throw new Error(
    [
      `No Pulumi CLI ${engineVersion} or newer (of version 3), and none could be installed:`,
      ...failures.map((failure) => `  ${failure}`),
      'Install it (https://www.pulumi.com/docs/iac/download-install/), or install Go 1.25.11 or newer, and run again.',
    ].join('\n'),
  );
}

async function findOnPath(env: NodeJS.ProcessEnv, progress: (line: string) => void): Promise<Engine | undefined> {
  const wanted = parseVersion(engineVersion);
  for (const folder of (env.PATH ?? '').split(delimiter).filter(Boolean)) {
    const version = await engineIn(folder, env);
    const found = version && parseVersion(version);
    if (!found || !wanted) continue;
    if (fits(found, wanted)) return { version, folder, origin: 'PATH' };
    progress(`the Pulumi CLI on PATH is ${version}; the rehearsal needs ${engineVersion} or newer`);
    return undefined;
  }
  return undefined;
}

/** The version of the engine in a folder; undefined unless the language host is beside it (as every install has it). */
async function engineIn(folder: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const command = join(folder, 'pulumi');
  try {
    await access(command, constants.X_OK);
    await access(join(dirname(command), 'pulumi-language-nodejs'), constants.X_OK);
  } catch {
    return undefined;
  }
  const result = await runProgram(command, ['version'], { env: { ...env, PULUMI_SKIP_UPDATE_CHECK: 'true' } });
  return result.code === 0 ? result.stdout.trim().replace(/^v/, '') : undefined;
}

async function installed(folder: string, origin: Engine['origin'], env: NodeJS.ProcessEnv): Promise<Engine> {
  const version = await engineIn(folder, env);
  if (!version) throw new Error(`nothing that runs was installed in ${folder}`);
  return { version, folder, origin };
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}
