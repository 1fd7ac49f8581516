import type { StoreSpec } from '../runtime';
import type { StoreServer } from './stores';

/** Where the machine has no such program: nothing answers, and the report says what was not exercised. */
export async function startAbsentStore(spec: StoreSpec, note: (text: string) => void): Promise<StoreServer> {
  const what = spec.kind === 'redis' ? 'the cache is not exercised' : 'no service can start on it';
  note(`${spec.name}: this machine has no ${spec.kind === 'redis' ? 'redis-server' : 'Postgres'}: ${what}`);
  const nothing = async () => {};
  return {
    port: undefined,
    version: '',
    addUser: nothing,
    setPassword: nothing,
    addDatabase: nothing,
    pause: nothing,
    resume: nothing,
    stop: nothing,
  };
}
