import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { poll } from '../servers/poll';
import { type CommandResult, runCommand, tryCommand } from './run-command';

export const repository = join(__dirname, '../../..');
/** All that these tests make carries this in its name, so that two runs on one engine do not meet. */
export const runName = `taproom-test-${randomBytes(4).toString('hex')}`;

/** Gives the standard output. Throws when docker fails. */
export const docker = (...args: string[]): Promise<string> => runCommand('docker', args);

/** A container's end, whatever its exit code. */
export const tryDocker = (...args: string[]): Promise<CommandResult> => tryCommand('docker', args);

/** One field of `docker inspect`, by its Go template, parsed from JSON. */
export async function inspect<T>(what: string, template: string): Promise<T> {
  return JSON.parse(await docker('inspect', '--format', `{{json ${template}}}`, what));
}

/** Builds the repository's Dockerfile as a user would. Later builds come from the engine's cache. */
export async function buildImage(tag: string, ...args: string[]): Promise<void> {
  await docker('build', '--tag', tag, ...args, repository);
}

/** Waits until the container is healthy. Throws with its output when it ends before. */
export async function awaitHealthy(container: string): Promise<void> {
  await poll(
    `${container} is healthy`,
    async () => {
      const state = await inspect<{ Status: string; Health: { Status: string } }>(container, '.State');
      return state.Status === 'exited' || state.Health.Status === 'healthy';
    },
    60_000,
  );
  const { stdout, stderr } = await tryDocker('logs', container);
  const status = await inspect<string>(container, '.State.Status');
  if (status !== 'running') throw new Error(`${container} has ended:\n${stdout}${stderr}`);
}

/** `http://127.0.0.1:PORT` of a container whose 8080 was published on a free port. */
export async function publishedAddress(container: string): Promise<string> {
  const [address] = (await docker('port', container, '8080/tcp')).split('\n');
  return `http://${address}`;
}
