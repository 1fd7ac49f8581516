import { createPlatformLogs } from '../../runtime/platform-logs';
import type {
  Container,
  ContainerSpec,
  Front,
  FrontSpec,
  FunctionResult,
  ProbeResult,
  Runtime,
  Store,
  StoreSpec,
} from '../../runtime/runtime';

/** A machine that runs nothing, and does as the test says: for types that start something. */
export type FakeRuntime = Runtime & {
  readonly started: {
    stores: StoreSpec[];
    containers: ContainerSpec[];
    invocations: { spec: ContainerSpec; payload: string }[];
  };
  /** Passwords as they were set, by the store's name. */
  readonly passwords: Map<string, string>;
  /** As they were asked for, while they are open. */
  readonly fronts: FrontSpec[];
  /** What is behind each front, by its name, or by its name and the pool's: `web:443 arn:...`. */
  readonly backends: Map<string, readonly Container[]>;
  running(): readonly string[];
};

export type FakeAnswers = {
  /** Whether a container that was started so gets healthy. */
  healthy?: (spec: ContainerSpec) => boolean;
  /** What a function answers. */
  invoke?: (spec: ContainerSpec, payload: string) => FunctionResult;
};

export function createFakeRuntime({ healthy = () => true, invoke }: FakeAnswers = {}): FakeRuntime {
  const started: FakeRuntime['started'] = { stores: [], containers: [], invocations: [] };
  const passwords = new Map<string, string>();
  const backends = new Map<string, readonly Container[]>();
  const fronts: FrontSpec[] = [];
  const specs = new Map<Container, ContainerSpec>();
  const running = new Set<string>();

  const probe = (container: Container): ProbeResult => {
    const spec = specs.get(container);
    return spec && healthy(spec)
      ? { healthy: true, attempts: 1 }
      : { healthy: false, attempts: 20, lastAnswer: 'HTTP 503' };
  };

  return {
    started,
    passwords,
    fronts,
    backends,
    running: () => [...running],
    images: {
      build: () => Promise.reject(new Error('this runtime builds nothing')),
      find: (digest) => ({
        digest,
        platform: 'linux/amd64',
        env: {},
        user: 'node',
        exposedPorts: [8080],
        entrypoint: [],
        command: [],
        workdir: '/app',
        labels: {},
      }),
    },
    logs: createPlatformLogs(),
    frontCertificateAuthority: '',
    notes: () => [],
    note: () => {},
    failedConnections: () => [],
    startContainer: async (spec) => {
      started.containers.push(spec);
      running.add(spec.name);
      const container: Container = {
        name: spec.name,
        digest: spec.digest,
        ended: new Promise(() => {}),
        isRunning: () => running.has(spec.name),
        stop: async () => void running.delete(spec.name),
      };
      specs.set(container, spec);
      return container;
    },
    execute: async () => 0,
    startStore: async (spec) => {
      started.stores.push(spec);
      running.add(spec.name);
      if (spec.password !== undefined) passwords.set(spec.name, spec.password);
      return createFakeStore(spec, { running, passwords });
    },
    openFront: async (spec): Promise<Front> => {
      const { name, scheme = 'https' } = spec;
      fronts.push(spec);
      return {
        url: `${scheme}://127.0.0.1:1`,
        setBackends: (given, pool = '') =>
          backends.set(
            pool === '' ? name : `${name} ${pool}`,
            given.map(({ container }) => container),
          ),
        close: async () => {
          fronts.splice(fronts.indexOf(spec), 1);
          for (const key of [...backends.keys()]) if (key === name || key.startsWith(`${name} `)) backends.delete(key);
        },
      };
    },
    probe: async (container) => probe(container),
    waitUntilHealthy: async (container) => probe(container),
    invokeFunction: async (spec, payload) => {
      started.invocations.push({ spec, payload });
      return invoke?.(spec, payload) ?? { ok: true, payload: 'null' };
    },
    close: async () => {},
  };
}

function createFakeStore(
  spec: StoreSpec,
  { running, passwords }: { running: Set<string>; passwords: Map<string, string> },
): Store {
  return {
    kind: spec.kind,
    name: spec.name,
    certificateAuthority: '',
    isStandIn: true,
    localPort: () => undefined,
    addUser: async () => {},
    setPassword: async (_user, password) => void passwords.set(spec.name, password),
    addDatabase: async () => {},
    hasDatabase: async () => spec.restoredFrom !== undefined,
    keepHistory: async () => {},
    pause: async () => {},
    resume: async () => {},
    stop: async () => void running.delete(spec.name),
  };
}
