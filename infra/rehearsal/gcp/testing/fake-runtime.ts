import { createPlatformLogs } from '../../runtime/platform-logs';
import type { Container, ContainerSpec, FrontSpec, Runtime, Store, StoreSpec } from '../../runtime/runtime';

/** A machine that runs nothing, and tells what it was asked to run. */
export type FakeRuntime = Runtime & {
  readonly stores: StoreSpec[];
  readonly containers: ContainerSpec[];
  readonly fronts: FrontSpec[];
  /** Names of the users of every store. */
  readonly users: string[];
  /** What each front's backends were started with, by the front's name. */
  readonly serving: Map<string, ContainerSpec[]>;
  countRunning(): number;
};

export type FakeAnswers = {
  isHealthy?: (spec: ContainerSpec) => boolean;
  /** Of a container that ends by itself; undefined goes on running. */
  exitCode?: (spec: ContainerSpec) => number | undefined;
};

export function createFakeRuntime({
  isHealthy = () => true,
  exitCode = () => undefined,
}: FakeAnswers = {}): FakeRuntime {
  const stores: StoreSpec[] = [];
  const containers: ContainerSpec[] = [];
  const fronts: FrontSpec[] = [];
  const users: string[] = [];
  const serving = new Map<string, ContainerSpec[]>();
  const specs = new Map<Container, ContainerSpec>();
  const running = new Set<object>();

  const judge = (container: Container) => {
    const spec = specs.get(container);
    return spec && isHealthy(spec)
      ? ({ healthy: true, attempts: 1 } as const)
      : ({ healthy: false, attempts: 3, lastAnswer: 'HTTP 503' } as const);
  };

  return {
    stores,
    containers,
    fronts,
    users,
    serving,
    countRunning: () => running.size,
    images: { build: () => Promise.reject(new Error('this runtime builds nothing')), find: () => undefined },
    logs: createPlatformLogs(),
    frontCertificateAuthority: '',
    notes: () => [],
    note: () => {},
    failedConnections: () => [],
    startContainer: async (spec) => {
      containers.push(spec);
      let resolve: (end: Awaited<Container['ended']>) => void = () => {};
      const ended = new Promise<Awaited<Container['ended']>>((settle) => {
        resolve = settle;
      });
      const container: Container = {
        name: spec.name,
        digest: spec.digest,
        ended,
        isRunning: () => running.has(container),
        stop: async () => {
          running.delete(container);
          resolve({ exitCode: 0, signal: null });
        },
      };
      specs.set(container, spec);
      running.add(container);
      const code = exitCode(spec);
      if (code !== undefined) {
        running.delete(container);
        resolve({ exitCode: code, signal: null });
      }
      return container;
    },
    execute: async () => 0,
    startStore: async (spec): Promise<Store> => {
      stores.push(spec);
      running.add(spec);
      return {
        kind: spec.kind,
        name: spec.name,
        certificateAuthority: `authority of ${spec.name}`,
        isStandIn: true,
        localPort: () => undefined,
        addUser: async (user) => void users.push(user),
        setPassword: async () => {},
        addDatabase: async () => {},
        hasDatabase: async () => spec.restoredFrom !== undefined,
        keepHistory: async () => {},
        pause: async () => {},
        resume: async () => {},
        stop: async () => void running.delete(spec),
      };
    },
    openFront: async (spec) => {
      fronts.push(spec);
      running.add(spec);
      return {
        url: 'https://127.0.0.1:8443',
        setBackends: (backends) =>
          serving.set(
            spec.name,
            backends.flatMap(({ container }) => specs.get(container) ?? []),
          ),
        close: async () => void running.delete(spec),
      };
    },
    probe: async (container) => judge(container),
    waitUntilHealthy: async (container) => judge(container),
    invokeFunction: () => Promise.reject(new Error('this runtime has no functions')),
    close: async () => {},
  };
}
