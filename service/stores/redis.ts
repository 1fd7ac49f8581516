import { Redis, type RedisOptions } from 'ioredis';
import type { RedisSettings } from '../config';
import { loadTlsOptions } from './tls';
import { withTimeout } from './with-timeout';

/** A request waits at most this long for Redis; then it goes on without, and so do all for the pause that follows. */
const answerTimeoutMs = 60;
const pauseAfterFailureMs = 1_000;

/** Stores a value only if no writer has raised the generation since the reader noted it. */
const storeIfCurrent = `
if redis.call('get', KEYS[2]) == ARGV[1] then
  redis.call('set', KEYS[1], ARGV[2], 'EX', ARGV[3])
  return 1
end
return 0`;

/**
 * Raises the generation first: a reader that began before may no longer store what it read. One that is lost (or was
 * never a number) is not counted from 1 again, since a reader may still hold that number.
 */
const raiseAndDelete = `
local raised = redis.pcall('incr', KEYS[1])
if type(raised) == 'table' or raised == 1 then redis.call('set', KEYS[1], ARGV[1]) end
redis.call('del', unpack(KEYS, 2))
return 1`;

const noteGeneration = `
if redis.call('type', KEYS[1]).ok ~= 'string' then redis.call('set', KEYS[1], ARGV[1]) end
return redis.call('get', KEYS[1])`;

/** A number that no earlier generation has reached, in microseconds since 1970. */
function newGeneration(): string {
  return String(Date.now() * 1_000 + Math.floor(Math.random() * 1_000));
}

/** Text in Redis, and the generation at that moment. */
export type Snapshot = { text: string | undefined; generation: string };

/** The cache that instances share. Its failures are answers (undefined, false), never errors. */
export interface SharedCache {
  read(key: string, generationKey: string): Promise<Snapshot | undefined>;
  store(key: string, generationKey: string, generation: string, text: string): void;
  /** False: Redis may still hold the keys. Takes as long as Redis does, up to two seconds. */
  invalidate(generationKey: string, keys: readonly string[]): Promise<boolean>;
  ping(timeoutMs: number): Promise<boolean>;
  /** Calls back each time the connection is made, until closed. `isAgain`: there was one before. */
  onReady(listener: (isAgain: boolean) => void): void;
  close(): void;
}

export class RedisClusterError extends Error {
  constructor() {
    super(
      'REDIS_HOST or REDIS_URL points to Redis in cluster mode, which is not supported: use one with cluster mode off',
    );
    this.name = 'RedisClusterError';
  }
}

export type RedisCallbacks = {
  /** Told once for each state that the connection enters. */
  onState: (state: 'ready' | 'unavailable', error: Error | undefined) => void;
  onCluster: (error: RedisClusterError) => void;
};

/** Connects in the background. https://github.com/redis/ioredis#connect-to-redis */
export async function openRedis(
  settings: RedisSettings,
  ttlSeconds: number,
  callbacks: RedisCallbacks,
): Promise<SharedCache> {
  const tls = await loadTlsOptions(settings.tls, settings.host);
  const redis = new Redis(redisOptions(settings, tls));
  const readyListeners: ((isAgain: boolean) => void)[] = [];
  let wasReady = false;
  let pausedUntil = 0;
  let lastError: Error | undefined;
  let state: 'ready' | 'unavailable' | undefined;
  const enter = (next: 'ready' | 'unavailable') => {
    if (state !== next) callbacks.onState(next, lastError);
    state = next;
  };
  redis.on('error', (error: Error) => {
    lastError = error;
  });
  redis.on('close', () => enter('unavailable'));
  redis.on('ready', () => {
    pausedUntil = 0;
    for (const listener of readyListeners) listener(wasReady);
    wasReady = true;
    enter('ready');
    // A user without the right to INFO cannot be told; its first command would then fail as a cache failure does.
    redis.info('server').then(
      (info) => /^redis_mode:cluster/m.test(info) && callbacks.onCluster(new RedisClusterError()),
      () => {},
    );
  });

  /** Undefined when Redis is away, refuses or is too slow. */
  const ask = async <T>(command: () => Promise<T>): Promise<T | undefined> => {
    if (redis.status !== 'ready' || Date.now() < pausedUntil) return undefined;
    try {
      return await withTimeout(command(), answerTimeoutMs, 'Redis');
    } catch (error) {
      lastError = error as Error;
      pausedUntil = Date.now() + pauseAfterFailureMs;
      return undefined;
    }
  };

  return {
    read: (key, generationKey) =>
      ask(async () => {
        const [text, generation] = await redis.mget(key, generationKey);
        const noted = generation ?? (await redis.eval(noteGeneration, 1, generationKey, newGeneration()));
        return { text: text ?? undefined, generation: String(noted) };
      }),
    store: (key, generationKey, generation, text) => {
      void ask(() => redis.eval(storeIfCurrent, 2, key, generationKey, generation, text, ttlSeconds));
    },
    invalidate: async (generationKey, keys) => {
      if (redis.status !== 'ready') return false;
      return redis.eval(raiseAndDelete, 1 + keys.length, generationKey, ...keys, newGeneration()).then(
        () => true,
        () => false,
      );
    },
    ping: async (timeoutMs) => {
      if (redis.status !== 'ready') return false;
      return withTimeout(redis.ping(), timeoutMs, 'Redis').then(
        () => true,
        () => false,
      );
    },
    onReady: (listener) => void readyListeners.push(listener),
    close: () => redis.disconnect(),
  };
}

function redisOptions(settings: RedisSettings, tls: RedisOptions['tls']): RedisOptions {
  return {
    host: settings.host,
    port: settings.port,
    db: settings.db,
    ...(settings.username === undefined ? {} : { username: settings.username }),
    ...(settings.password === undefined ? {} : { password: settings.password }),
    ...(tls === undefined ? {} : { tls }),
    connectionName: 'taproom',
    connectTimeout: 2_000,
    disconnectTimeout: 500,
    commandTimeout: 2_000,
    // A connection on which nothing comes back is given up.
    socketTimeout: 5_000,
    keepAlive: 10_000,
    enableOfflineQueue: false,
    enableAutoPipelining: true,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    // After a fail-over the old primary, now a replica, refuses writes: the name leads to the new one by then.
    reconnectOnError: (error) => error.message.includes('READONLY'),
    retryStrategy: (attempt) => Math.min(100 * 2 ** Math.min(attempt, 5), 2_000) * (0.5 + Math.random() / 2),
  };
}
