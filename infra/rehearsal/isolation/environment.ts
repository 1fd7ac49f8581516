import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** What a program may know of the machine; everything else, credentials of clouds above all, stays out. */
const passedOn = ['TERM', 'LANG', 'LC_ALL', 'LC_CTYPE', 'TMPDIR', 'TZ', 'COLORTERM', 'NO_COLOR'] as const;

export type IsolatedEnvironment = { [name: string]: string };

/** The environment of every command of a rehearsal: its own home, its own backend, no plugins but the simulated ones. */
export function buildEnvironment(options: {
  /** A folder of this run, for home and state. */
  folder: string;
  engineFolder: string;
  debugProviders: string;
  env?: NodeJS.ProcessEnv;
}): IsolatedEnvironment {
  const env = options.env ?? process.env;
  const home = join(options.folder, 'home');
  const state = join(options.folder, 'state');
  for (const folder of [home, state]) mkdirSync(folder, { recursive: true });
  const kept = passedOn.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]] as const]));
  return {
    ...Object.fromEntries(kept),
    PATH: [options.engineFolder, env.PATH ?? ''].join(delimiter),
    HOME: home,
    PULUMI_HOME: join(home, '.pulumi'),
    PULUMI_BACKEND_URL: `file://${state}`,
    PULUMI_CONFIG_PASSPHRASE: randomBytes(16).toString('hex'),
    PULUMI_DEBUG_PROVIDERS: options.debugProviders,
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true',
    PULUMI_SKIP_UPDATE_CHECK: 'true',
    PULUMI_SKIP_CONFIRMATIONS: 'true',
  };
}
