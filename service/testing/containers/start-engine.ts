import { startedServers } from '../servers/started-servers';
import { provideBaseImages, removeImages } from './base-images';
import { type Engine, openEngine } from './engine';
import { tryCommand } from './run-command';

/**
 * Before all container tests: an engine with the base images in it. Where that cannot be had, CONTAINERS_SKIPPED says
 * why, and every test of the tier is named as skipped.
 */
export default async function startEngine(): Promise<void> {
  const report = (line: string) => process.stderr.write(`containers: ${line}\n`);
  let engine: Engine;
  try {
    engine = await openEngine();
  } catch (error) {
    process.env.CONTAINERS_SKIPPED = (error as Error).message.split('\n')[0];
    report(`SKIPPED, no Docker engine can be started: ${(error as Error).message}`);
    return;
  }
  if (engine.host !== undefined) process.env.DOCKER_HOST = engine.host;
  report(engine.host === undefined ? "using this machine's Docker engine" : 'started a Docker engine for the tests');
  let standIns: string[] = [];
  startedServers().push({
    stop: async () => {
      // An engine of somebody else must not keep images that are not what their names say.
      if (engine.host === undefined) await removeImages(standIns);
      await engine.stop();
    },
  });
  standIns = await provideBaseImages(report);
  process.env.CONTAINERS_COMPOSE = await findCompose();
}

/** Compose v2 as a plug-in of docker, else docker-compose; empty when there is neither. */
async function findCompose(): Promise<string> {
  if ((await tryCommand('docker', ['compose', 'version'])).code === 0) return 'docker compose';
  const { code } = await tryCommand('docker-compose', ['version']).catch(() => ({ code: 127 }));
  return code === 0 ? 'docker-compose' : '';
}
