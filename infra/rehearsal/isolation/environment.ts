import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { RuntimeOptions } from './project-file';

/** What a program may know of the machine; everything else, credentials of clouds above all, stays out. */
const passedOn = ['TERM', 'LANG', 'LC_ALL', 'LC_CTYPE', 'TZ', 'COLORTERM', 'NO_COLOR'] as const;

export type IsolatedEnvironment = { [name: string]: string };

/** The environment of every command of a rehearsal: its own home, its own backend, no plugins but the simulated ones. */
export function buildEnvironment(options: {
  /** A folder of this run, for home and state. */
  folder: string;
  engineFolder: string;
  debugProviders: string;
  runtimeOptions: RuntimeOptions;
  env?: NodeJS.ProcessEnv;
}): IsolatedEnvironment {
  const env = options.env ?? process.env;
  const home = join(options.folder, 'home');
  const state = join(options.folder, 'state');
  // Of this run alone, so that what the engine and its programs forget there goes with it. Short: sockets are made in it.
  const temporary = join(options.folder, 'tmp');
  for (const folder of [home, state, temporary]) mkdirSync(folder, { recursive: true });
  const kept = passedOn.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]] as const]));
  return {
    ...Object.fromEntries(kept),
    PATH: [options.engineFolder, env.PATH ?? ''].join(delimiter),
    HOME: home,
    TMPDIR: temporary,
    PULUMI_HOME: join(home, '.pulumi'),
    PULUMI_BACKEND_URL: `file://${state}`,
    PULUMI_CONFIG_PASSPHRASE: randomBytes(16).toString('hex'),
    PULUMI_DEBUG_PROVIDERS: options.debugProviders,
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true',
    PULUMI_SKIP_UPDATE_CHECK: 'true',
    PULUMI_SKIP_CONFIRMATIONS: 'true',
    // For a language host that was built here: see engine/go/language-nodejs/pulumi-language-nodejs.
    REHEARSAL_RUNTIME_TYPESCRIPT: String(options.runtimeOptions.typescript),
    REHEARSAL_RUNTIME_NODEARGS: options.runtimeOptions.nodeargs,
    REHEARSAL_RUNTIME_TSCONFIG: options.runtimeOptions.tsconfig,
  };
}
