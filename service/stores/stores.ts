import { type Config, postgresSettings, redisSettings } from '../config';
import type { Logger } from '../logging';
import type { Database } from './database';
import { openEmbedded } from './embedded';
import { openPostgres } from './postgres';
import { openRedis, type RedisClusterError, type SharedCache } from './redis';

/** What the service keeps things in. */
export type Stores = {
  database: Database;
  /** Undefined: no Redis is configured. */
  sharedCache: SharedCache | undefined;
  close(): Promise<void>;
};

export type StoresOptions = { config: Config; logger: Logger; onFatal: (error: RedisClusterError) => void };

/** Opens what the configuration names. Connections are made in the background: nothing here waits for a server. */
export async function openStores({ config, logger, onFatal }: StoresOptions): Promise<Stores> {
  const database = await openDatabase(config, logger);
  const redis = redisSettings(config);
  const sharedCache =
    redis &&
    (await openRedis(redis, config.CACHE_TTL_SECONDS, {
      onState: (state, err) =>
        state === 'ready' ? logger.info('Redis is connected') : logger.warn({ err }, 'Redis is unavailable'),
      onCluster: onFatal,
    }));
  return {
    database,
    sharedCache,
    close: async () => {
      sharedCache?.close();
      await database.close();
    },
  };
}

async function openDatabase(config: Config, logger: Logger): Promise<Database> {
  const settings = postgresSettings(config);
  if (settings === undefined) return openEmbedded({ folder: config.DATA_DIR });
  return openPostgres(settings, {
    poolSize: config.POSTGRES_POOL_SIZE,
    onIdleError: (err) => logger.warn({ err }, 'a database connection was lost'),
  });
}
