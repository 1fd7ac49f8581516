import { rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeRunFolder } from '../isolation/run-folder';
import { createAuthorities } from './certificates/authorities';
import { createContainers } from './containers/containers';
import { openFront } from './fronts/front';
import { createTraffic } from './fronts/traffic';
import { functionNote, invokeFunction } from './functions/invoke-function';
import { startGuard } from './guard';
import type { RunHook } from './images/build-image';
import { createImages } from './images/images';
import { createPlatformLogs } from './platform-logs';
import { attempt, paceNote, paceOf, probeUntilDecided } from './probes';
import type { Front, Runtime } from './runtime';
import { createStores } from './stores/stores';

export type RuntimeOptions = {
  /** What the commands of a Dockerfile do; without it, an image with RUN cannot be built. */
  run?: RunHook;
  /** Whether the machine has a program of this name; default: it is looked for. Without them, stand-ins are used. */
  hasProgram?: (name: string) => boolean;
};

/** Runs images, stores and fronts as processes of this machine, in a temporary folder of their own. */
export async function createRuntime(options: RuntimeOptions = {}): Promise<Runtime> {
  const folder = await makeRunFolder('runtime');
  const guard = startGuard(folder);
  const noted = new Set<string>();
  const note = (text: string) => void noted.add(text);
  const logs = createPlatformLogs();
  const authorities = createAuthorities(join(folder, 'authorities.json'));
  const images = createImages({ folder: join(folder, 'images'), run: options.run ?? (async () => false) });
  const stores = createStores({ authorities, note, hasProgram: options.hasProgram });
  const traffic = createTraffic();
  const containers = createContainers({
    folder: join(folder, 'containers'),
    authoritiesFile: authorities.file,
    guard,
    logs,
    traffic,
    note,
    getImage: images.get,
    storePort: stores.portOf,
  });
  const { localPort, isListening } = containers;
  const frontAuthority = authorities.get('own', 'the rehearsal');
  const fronts = new Set<Front>();
  // An end in haste leaves no folder behind; the processes are the guards' affair.
  const onExit = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', onExit);
  let closing: Promise<void> | undefined;

  const close = async () => {
    await Promise.all([...fronts].map((front) => front.close()));
    await containers.close();
    await stores.close();
    await rm(folder, { recursive: true, force: true });
    guard.dismiss();
    process.off('exit', onExit);
  };

  return {
    images,
    logs,
    frontCertificateAuthority: frontAuthority.certificate,
    notes: () => [...noted],
    note,
    startContainer: (spec) => containers.start(spec),
    execute: containers.execute,
    startStore: stores.start,
    openFront: async (spec) => {
      const issue = (names: readonly string[]) => frontAuthority.issue(['127.0.0.1', 'localhost', ...names]);
      const front = await openFront(spec, { issue, logs, traffic, localPort });
      fronts.add(front);
      return {
        ...front,
        close: async () => {
          fronts.delete(front);
          await front.close();
        },
      };
    },
    probe: async (container, probe) => {
      const wrong = await attempt(container, probe, { localPort, timeoutMs: paceOf(probe).timeoutMs });
      return wrong === undefined ? { healthy: true, attempts: 1 } : { healthy: false, attempts: 1, lastAnswer: wrong };
    },
    waitUntilHealthy: (container, probe, signal) => {
      note(paceNote);
      return probeUntilDecided(container, probe, { localPort, isListening, signal });
    },
    failedConnections: containers.failedConnections,
    invokeFunction: (spec, payload, timeoutSeconds) => {
      note(functionNote);
      return invokeFunction({ spec, payload, timeoutSeconds }, { containers, logs });
    },
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}
