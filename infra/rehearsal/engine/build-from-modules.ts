import { chmod, copyFile, mkdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { runGo } from './run-go';
import { runProgram } from './run-program';
import { engineVersion } from './versions';

const versionVariable = 'github.com/pulumi/pulumi/sdk/v3/go/common/version.Version';

/** Two Go modules, since the language host is only in an older version of a module that the engine needs newer. */
const programs = [
  { module: 'pulumi', binary: 'pulumi', package: 'github.com/pulumi/pulumi/pkg/v3/cmd/pulumi', version: engineVersion },
  {
    module: 'language-nodejs',
    binary: 'pulumi-language-nodejs-host',
    package: 'github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs',
    version: '3.68.0',
  },
] as const;

/** What the language host starts by name: dynamic providers and policy packs. */
const scripts = ['pulumi-resource-pulumi-nodejs', 'pulumi-analyzer-policy'] as const;

/** Builds the engine and the Node.js language host with Go into the folder. Takes minutes; says what it does. */
export async function buildFromModules(
  folder: string,
  progress: (line: string) => void,
  signal?: AbortSignal,
): Promise<void> {
  const go = (module: string, args: readonly string[]) => goIn(module, args, signal);
  const partial = `${folder}.building-${process.pid}`;
  await mkdir(partial, { recursive: true });
  try {
    for (const program of programs) {
      progress(`building ${program.binary} ${program.version} with Go (once; about four minutes on two cores)`);
      const flags = `-s -w -X ${versionVariable}=v${program.version}`;
      await go(program.module, ['build', '-ldflags', flags, '-o', join(partial, program.binary), program.package]);
    }
    await install(join(__dirname, 'go', 'language-nodejs', 'pulumi-language-nodejs'), partial);
    const sdk = await go('language-nodejs', ['list', '-m', '-f', '{{.Dir}}', 'github.com/pulumi/pulumi/sdk/v3']);
    for (const script of scripts) await install(join(sdk.trim(), 'nodejs', 'dist', script), partial);
    await rm(folder, { recursive: true, force: true });
    await rename(partial, folder);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

async function install(script: string, folder: string): Promise<void> {
  const target = join(folder, basename(script));
  await copyFile(script, target);
  await chmod(target, 0o755);
}

export async function hasGo(): Promise<boolean> {
  return (await runProgram('go', ['version'])).code === 0;
}

async function goIn(module: string, args: readonly string[], signal?: AbortSignal): Promise<string> {
  const result = await runGo(join(__dirname, 'go', module), args, signal);
  if (result.code !== 0) throw new Error(`go ${args[0]} in engine/go/${module} failed:\n${result.stderr.trim()}`);
  return result.stdout;
}
