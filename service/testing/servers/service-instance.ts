import { loadConfig } from '../../config';
import { migrate } from '../../migrations/migrate';
import type { Stores } from '../../stores/stores';
import { buildTestApp, type LogLine } from '../build-test-app';
import { openConfiguredStores } from '../test-stores';

/** The service in this process, listening, with stores of its own. */
export type ServiceInstance = {
  stores: Stores;
  logs: LogLine[];
  get(path: string): Promise<Response>;
  post(path: string, body: unknown): Promise<Response>;
  close(): Promise<void>;
};

export type Env = Record<string, string>;

export async function startInstance(env: Env): Promise<ServiceInstance> {
  const stores = await openConfiguredStores(loadConfig(env));
  const testApp = await buildTestApp({ stores, env });
  const { url } = await testApp.listen();
  return {
    stores,
    logs: testApp.logs,
    get: (path) => fetch(url + path),
    post: (path, body) =>
      fetch(url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    close: async () => {
      await testApp.close();
      await stores.close();
    },
  };
}

/** Migrates the database of these variables. */
export async function migrateDatabase(env: Env): Promise<void> {
  const stores = await openConfiguredStores(loadConfig({ ...env, REDIS_HOST: '', REDIS_URL: '' }));
  await migrate(stores.database);
  await stores.close();
}
