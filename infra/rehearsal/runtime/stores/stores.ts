import { findProgram } from '../../../../service/testing/servers/find-program';
import type { Authorities } from '../certificates/authorities';
import type { Store, StoreSpec } from '../runtime';
import type { PostgresHistory, RestorePoint } from './postgres-history';
import { startPostgresStore } from './postgres-store';
import { startRedisStore } from './redis-store';

/** What stands behind a store: a server program, and the gateway in front of it. */
export type StoreServer = Pick<
  Store,
  'addUser' | 'setPassword' | 'addDatabase' | 'hasDatabase' | 'keepHistory' | 'pause' | 'resume' | 'stop'
> & {
  /** Of the gateway, on this machine. */
  readonly port: number | undefined;
  /** As the program tells it. */
  readonly version: string;
  /** Undefined until it keeps one, and for what has none. */
  history(): PostgresHistory | undefined;
};

export type Stores = {
  start(spec: StoreSpec): Promise<Store>;
  /** Undefined while nothing answers there. */
  portOf(store: Store): number | undefined;
  close(): Promise<void>;
};

const programs = { postgres: ['postgres', 'initdb'], redis: ['redis-server'] } as const;

/** What the report says where a program is missing. */
const standIns = {
  postgres: 'this machine has no Postgres: PGlite stands in, one session for all connections',
  redis: 'this machine has no redis-server: the cache is not exercised',
};

const nothing = async () => {};
/** Nothing answers there. */
const absentStore: StoreServer = {
  port: undefined,
  version: '',
  addUser: nothing,
  setPassword: nothing,
  addDatabase: nothing,
  hasDatabase: async () => false,
  keepHistory: nothing,
  history: () => undefined,
  pause: nothing,
  resume: nothing,
  stop: nothing,
};

export type StoresOptions = {
  authorities: Authorities;
  note(text: string): void;
  /** Whether the machine has a program. */
  hasProgram?: ((name: string) => boolean) | undefined;
};

export function createStores({ authorities, note, hasProgram = isInstalled }: StoresOptions): Stores {
  const servers = new Map<Store, StoreServer>();

  async function start(spec: StoreSpec): Promise<Store> {
    const authority = authorities.get(spec.authority, spec.name);
    const isStandIn = !programs[spec.kind].every(hasProgram);
    const certificate = authority.issue(spec.certificateNames);
    if (isStandIn) note(`${spec.name}: ${standIns[spec.kind]}`);
    const server = await startServer();
    noteVersion(spec, server.version);
    const store: Store = {
      kind: spec.kind,
      name: spec.name,
      certificateAuthority: authority.certificate,
      isStandIn,
      localPort: () => servers.get(store)?.port,
      addUser: server.addUser,
      setPassword: server.setPassword,
      addDatabase: server.addDatabase,
      hasDatabase: server.hasDatabase,
      keepHistory: server.keepHistory,
      pause: server.pause,
      resume: server.resume,
      stop: async () => {
        servers.delete(store);
        await server.stop();
      },
    };
    servers.set(store, server);
    return store;

    function startServer(): Promise<StoreServer> {
      if (spec.kind === 'postgres') return startPostgresStore(spec, { certificate, isStandIn, past: findPast(spec) });
      return isStandIn ? Promise.resolve(absentStore) : startRedisStore(spec, certificate);
    }
  }

  function findPast({ name, restoredFrom }: StoreSpec): RestorePoint | undefined {
    if (restoredFrom === undefined) return undefined;
    const history = servers.get(restoredFrom.store)?.history();
    if (history === undefined) {
      throw new Error(
        `${name}: not simulated: ${restoredFrom.store.name} kept no history, for which Postgres itself is needed`,
      );
    }
    return { history, machineMs: restoredFrom.machineMs };
  }

  function noteVersion(spec: StoreSpec, version: string): void {
    const [major = ''] = version.split('.');
    const [wanted = ''] = spec.version.split('.');
    if (version !== '' && major !== wanted) {
      note(`${spec.kind} ${version} of this machine stands for version ${spec.version}`);
    }
  }

  return {
    start,
    portOf: (store) => servers.get(store)?.port,
    close: async () => {
      await Promise.all([...servers.keys()].map((store) => store.stop()));
    },
  };
}

function isInstalled(program: string): boolean {
  return findProgram(program) !== undefined;
}
