import { readFile, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { parse, stringify } from 'yaml';
import { type ProgramResult, runProgram } from '../rehearsal/engine/run-program';
import { copyProject } from '../rehearsal/isolation/copy-project';
import { buildEnvironment } from '../rehearsal/isolation/environment';
import { parseRuntimeOptions, readProjectFile } from '../rehearsal/isolation/project-file';
import { makeRunFolder } from '../rehearsal/isolation/run-folder';
import { startGuard } from '../rehearsal/runtime/guard';
import type { ImageTier } from './image-tier';
import type { DistributionSettings } from './program/distribution';

const repository = join(__dirname, '../..');
const program = 'infra/image-for-real/program';
const stack = 'test';

export type ImageSettings = {
  registries: Record<string, DistributionSettings>;
  build: { buildImage: string; runtimeImage: string; builder: string };
  imageDigest?: string;
};
export type ImageOutputs = { digest: string; references: Record<string, string> };

/** A stack of program/ in a clone of the repository of its own, under the real engine and provider. */
export type ImageStack = {
  /** The clone. */
  folder: string;
  /** Runs `pulumi` in the program's folder. Does not throw on failure. */
  pulumi(...args: string[]): Promise<ProgramResult>;
  configure(settings: ImageSettings): Promise<void>;
  /** Deploys with these settings. Does not throw on failure. */
  tryUp(settings: ImageSettings, ...args: string[]): Promise<ProgramResult>;
  /** Deploys with these settings and gives the outputs. */
  up(settings: ImageSettings, ...args: string[]): Promise<ImageOutputs>;
  close(): Promise<void>;
};

/** `env` is what the provider is to know of Docker, and the program of certificates. */
export async function openImageStack(tier: ImageTier, env: Record<string, string>): Promise<ImageStack> {
  const run = await makeRunFolder('image');
  const guard = startGuard(run);
  const folder = join(run, 'clone');
  await copyProject(repository, folder);
  const cwd = join(folder, program);
  const environment = {
    ...buildEnvironment({
      folder: run,
      engineFolder: [tier.engineFolder, tier.toolsFolder].join(delimiter),
      debugProviders: '',
      runtimeOptions: parseRuntimeOptions(await readProjectFile(cwd)),
    }),
    ...env,
  };
  const pulumi = (...args: string[]) =>
    runProgram(join(tier.engineFolder, 'pulumi'), args, { cwd, env: environment, guard });
  const succeed = async (...args: string[]) => {
    const { code, stdout, stderr } = await pulumi(...args);
    if (code !== 0) throw new Error(`pulumi ${args.join(' ')} ended with ${code}:\n${stdout}${stderr}`);
    return stdout;
  };
  const configure = async (settings: ImageSettings) => {
    const config = Object.fromEntries(Object.entries(settings).map(([key, value]) => [`image-for-real:${key}`, value]));
    const file = join(cwd, `Pulumi.${stack}.yaml`);
    // The engine keeps the salt of the stack's secrets in it.
    await writeFile(file, stringify({ ...parse(await readFile(file, 'utf8')), config }));
  };
  const up = ['up', '--yes', '--skip-preview', '--non-interactive', '--stack', stack];
  const imageStack: ImageStack = {
    folder,
    pulumi,
    configure,
    tryUp: async (settings, ...args) => {
      await configure(settings);
      return pulumi(...up, ...args);
    },
    up: async (settings, ...args) => {
      await configure(settings);
      await succeed(...up, ...args);
      return JSON.parse(await succeed('stack', 'output', '--json', '--stack', stack));
    },
    close: async () => {
      await rm(run, { recursive: true, force: true });
      guard.dismiss();
    },
  };
  try {
    await succeed('stack', 'init', stack, '--non-interactive');
    return imageStack;
  } catch (error) {
    await imageStack.close();
    throw error;
  }
}
