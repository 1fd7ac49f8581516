import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { type Config, loadConfig } from '../config';
import { buildLogger } from '../logging';
import { migrate } from '../migrations/migrate';
import { openEmbedded } from '../stores/embedded';
import { openStores, type Stores } from '../stores/stores';

type Env = Record<string, string>;

/** Migrated stores of one test file. */
export type TestStores = {
  kind: 'embedded' | 'real';
  stores: Stores;
  /** The variables that name these stores. */
  env: Env;
  /** Empties all tables and the shared cache. Apps built before may still hold copies. */
  reset(): Promise<void>;
  /** Runs a script in the database, past the service. */
  run(sql: string): Promise<void>;
  close(): Promise<void>;
};

const emptyTables = 'truncate data_record, users, beers restart identity';

/** The embedded database in memory, and no Redis. */
export async function openEmbeddedTestStores(): Promise<TestStores> {
  const database = await openEmbedded('memory');
  await migrate(database);
  const run = async (sql: string) => void (await database.query({ name: '', text: sql }));
  return {
    kind: 'embedded',
    stores: { database, sharedCache: undefined, close: async () => {} },
    env: {},
    reset: () => run(emptyTables),
    run,
    close: () => database.close(),
  };
}

/**
 * A new database of the Postgres at POSTGRES_HOST, sorted unlike bytes, and a database of the Redis at REDIS_HOST that
 * nobody else uses.
 */
export async function openRealTestStores(): Promise<TestStores> {
  const server = {
    host: required('POSTGRES_HOST'),
    port: required('POSTGRES_PORT'),
    user: required('POSTGRES_USER'),
    password: process.env.POSTGRES_PASSWORD ?? '',
  };
  const admin = new Client({ ...server, port: Number(server.port), database: 'postgres' });
  await admin.connect();
  const name = `taproom_test_${randomBytes(8).toString('hex')}`;
  await admin.query(
    `create database ${name} encoding 'UTF8' template template0 locale 'C' locale_provider icu icu_locale 'en-US'`,
  );
  const redisDatabase = await reserveRedisDatabase(admin);
  const redisUrl = `redis://${required('REDIS_HOST')}:${required('REDIS_PORT')}/${redisDatabase}`;
  const redis = new Redis(redisUrl);
  await redis.flushdb();

  const env: Env = {
    POSTGRES_HOST: server.host,
    POSTGRES_PORT: server.port,
    POSTGRES_USER: server.user,
    ...(server.password === '' ? {} : { POSTGRES_PASSWORD: server.password }),
    POSTGRES_DB: name,
    REDIS_URL: redisUrl,
  };
  const stores = await openConfiguredStores(loadConfig(env));
  await migrate(stores.database);
  const run = async (sql: string) => void (await stores.database.query({ name: '', text: sql }));
  return {
    kind: 'real',
    stores,
    env,
    reset: async () => {
      await run(emptyTables);
      await redis.flushdb();
    },
    run,
    close: async () => {
      await stores.close();
      await redis.quit();
      await admin.query(`drop database ${name} with (force)`);
      await admin.end();
    },
  };
}

/** Stores as another instance of the service would open them. */
export function openConfiguredStores(config: Config): Promise<Stores> {
  return openStores({
    config,
    logger: buildLogger({ LOG_LEVEL: 'silent', LOG_FORMAT: 'plain' }),
    onFatal: (error) => {
      throw error;
    },
  });
}

/** Redis has 16 numbered databases: an advisory lock of Postgres, held by `admin`, tells which are taken. */
async function reserveRedisDatabase(admin: Client): Promise<number> {
  const lockSpace = 727_170;
  for (let number = 1; number < 16; number += 1) {
    const { rows } = await admin.query('select pg_try_advisory_lock($1, $2) as taken', [lockSpace, number]);
    if (rows[0].taken) return number;
  }
  throw new Error('the Redis databases 1 to 15 are all in use by tests');
}

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`${name} is not set: run \`npm run test:integration\``);
  return value;
}
