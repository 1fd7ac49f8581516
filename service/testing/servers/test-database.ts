import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { type Config, loadConfig, postgresSettings } from '../../config';
import { loadTlsOptions } from '../../stores/tls';

/** A database of one's own on the Postgres of the run. */
export type TestDatabase = {
  name: string;
  /** All the variables by which the service finds it. */
  env: Record<string, string>;
  query(text: string, values?: readonly unknown[]): Promise<Record<string, unknown>[]>;
  drop(): Promise<void>;
};

/** Creates an empty database on the server that POSTGRES_HOST and the variables beside it name. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const name = `taproom_test_${randomBytes(6).toString('hex')}`;
  const base = storeVariables('POSTGRES_');
  const run = async (database: string | undefined, text: string, values: readonly unknown[] = []) => {
    const client = await connect(loadConfig({ ...base, ...(database && { POSTGRES_DB: database }) }));
    try {
      const result = await client.query(text, [...values]);
      return Array.isArray(result) ? [] : result.rows;
    } finally {
      await client.end();
    }
  };
  await run(undefined, `create database ${name} template template0 encoding 'UTF8'`);
  return {
    name,
    env: { ...base, POSTGRES_DB: name },
    query: (text, values) => run(name, text, values),
    drop: async () => {
      await run(undefined, `drop database if exists ${name} with (force)`);
    },
  };
}

/**
 * Variables for the Redis of the run. Each worker of jest has a numbered database of its own there, which is emptied
 * by `FLUSHDB` between tests.
 */
export function testRedisEnv(): Record<string, string> {
  const { REDIS_HOST, REDIS_PORT = '6379', REDIS_USERNAME = '', REDIS_PASSWORD = '' } = process.env;
  const number = Number(process.env.JEST_WORKER_ID ?? 1) % 16;
  const url = new URL(`redis://${REDIS_HOST}:${REDIS_PORT}/${number}`);
  url.username = REDIS_USERNAME;
  url.password = REDIS_PASSWORD;
  return { ...storeVariables('REDIS_TLS'), REDIS_URL: url.href };
}

function storeVariables(prefix: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[0].startsWith(prefix) && !!entry[1]),
  );
}

async function connect(config: Config): Promise<Client> {
  const settings = postgresSettings(config);
  if (settings === undefined) throw new Error('POSTGRES_HOST is not set: use describeWithStores');
  const { host, port, database, user, password } = settings;
  const ssl = await loadTlsOptions(settings.tls, host);
  const client = new Client({ host, port, database, user, password: password ?? '', ssl: ssl ?? false });
  client.on('error', () => {});
  await client.connect();
  return client;
}
