import { createPlatformLogs } from './platform-logs';
import type { Runtime } from './runtime';

/** For programs that start nothing, and for tests of rules: asking it to run something is an error that says so. */
export function createNoRuntime(): Runtime {
  const refuse = (what: string) => (): never => {
    throw new Error(`this rehearsal runs without a service runtime: it cannot ${what}`);
  };
  return {
    images: { build: refuse('build an image'), find: () => undefined },
    logs: createPlatformLogs(),
    frontCertificateAuthority: '',
    notes: () => [],
    note: () => {},
    startContainer: refuse('start a container'),
    startStore: refuse('start a store'),
    execute: refuse('run a command in a container'),
    openFront: refuse('open a front'),
    probe: refuse('probe a container'),
    waitUntilHealthy: refuse('probe a container'),
    failedConnections: () => [],
    invokeFunction: refuse('invoke a function'),
    close: async () => {},
  };
}
