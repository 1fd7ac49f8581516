import type { SharedCache, Snapshot } from '../stores/redis';
import { createReadCache, type ReadCache } from './read-cache';

/** Redis as it should be, in memory: away when told so, its answers held back when told so. */
class FakeRedis implements SharedCache {
  readonly texts = new Map<string, string>();
  generation = '';
  isAway = false;
  stores = 0;
  #listeners: ((isAgain: boolean) => void)[] = [];

  async read(key: string): Promise<Snapshot | undefined> {
    return this.isAway ? undefined : { text: this.texts.get(key), generation: this.generation };
  }
  store(key: string, _generationKey: string, generation: string, text: string): void {
    if (this.isAway || generation !== this.generation) return;
    this.stores += 1;
    this.texts.set(key, text);
  }
  async invalidate(_generationKey: string, keys: readonly string[]): Promise<boolean> {
    if (this.isAway) return false;
    this.generation = String(Number(this.generation) + 1);
    for (const key of keys) this.texts.delete(key);
    return true;
  }
  async ping(): Promise<boolean> {
    return !this.isAway;
  }
  onReady(listener: (isAgain: boolean) => void): void {
    this.#listeners.push(listener);
  }
  connect(isAgain: boolean): void {
    this.isAway = false;
    for (const listener of this.#listeners) listener(isAgain);
  }
  close(): void {}
}

/** A list in a database, and reads of it that end when told to. */
function createTable() {
  const table = { text: '[1]', queries: 0, held: undefined as Promise<void> | undefined };
  const source = {
    key: 'all',
    isValid: (text: string) => text.startsWith('['),
    load: async () => {
      table.queries += 1;
      const seen = table.text;
      await table.held;
      return seen;
    },
  };
  const hold = () => {
    let release = () => {};
    table.held = new Promise((resolve) => {
      release = resolve;
    });
    return () => {
      table.held = undefined;
      release();
    };
  };
  return { table, source, hold };
}

describe('createReadCache', () => {
  const open: ReadCache[] = [];
  afterEach(() => {
    for (const cache of open.splice(0)) cache.close();
  });
  const create = (redis?: FakeRedis, copyTtlMs = 1_000) => {
    const states: string[] = [];
    const cache = createReadCache({
      copyTtlMs,
      onRead: (state) => states.push(state),
      ...(redis && {
        shared: {
          cache: redis,
          generationKey: 'users:gen',
          redisKey: (key) => `users:${key}`,
          staleKeys: ['users:all'],
        },
      }),
    });
    open.push(cache);
    return { cache, states };
  };
  const textOf = async (read: ReturnType<ReadCache['read']>) => (await read).body?.text;

  test('asks once for many who ask at the same time, then answers by itself', async () => {
    const { cache, states } = create();
    const { table, source } = createTable();
    await Promise.all([cache.read(source), cache.read(source), cache.read(source)]);
    await cache.read(source);
    expect([table.queries, states]).toEqual([1, ['miss', 'miss', 'miss', 'hit']]);
  });

  test('asks again when a copy is older than it may be', async () => {
    const { cache } = create(undefined, 0);
    const { table, source } = createTable();
    await cache.read(source);
    table.text = '[2]';
    expect(await textOf(cache.read(source))).toBe('[2]');
  });

  test('keeps no failure, and nothing that may not be cached', async () => {
    const { cache } = create();
    const { table, source } = createTable();
    await expect(cache.read({ ...source, load: () => Promise.reject(new Error('away')) })).rejects.toThrow('away');
    expect(await textOf(cache.read({ ...source, load: async () => undefined }))).toBeUndefined();
    expect([await textOf(cache.read(source)), table.queries]).toEqual(['[1]', 1]);
  });

  test('shows a write to every read that begins after it, though an older read is under way', async () => {
    const { cache } = create();
    const { table, source, hold } = createTable();
    const release = hold();
    const old = cache.read(source);
    await new Promise(setImmediate);
    table.text = '[1,2]';
    await cache.invalidate();
    const fresh = cache.read(source);
    release();
    expect([await textOf(old), await textOf(fresh), await textOf(cache.read(source))]).toEqual([
      '[1]',
      '[1,2]',
      '[1,2]',
    ]);
  });

  test('keeps copies of rows that never change over writes to others', async () => {
    const { cache } = create();
    const { table, source } = createTable();
    await cache.read({ ...source, key: '1', isImmutable: true });
    await cache.invalidate();
    await cache.read({ ...source, key: '1', isImmutable: true });
    expect(table.queries).toBe(1);
  });

  describe('with Redis', () => {
    test('shares what one instance has read with the others', async () => {
      const redis = new FakeRedis();
      const { table, source } = createTable();
      const [first, second] = [create(redis), create(redis)];
      await first.cache.read(source);
      await second.cache.read(source);
      expect([table.queries, first.states, second.states]).toEqual([1, ['miss'], ['hit']]);
    });

    test('takes wrong data for a miss', async () => {
      const redis = new FakeRedis();
      redis.texts.set('users:all', 'garbage');
      const { cache, states } = create(redis);
      const { source } = createTable();
      expect([await textOf(cache.read(source)), states]).toEqual(['[1]', ['miss']]);
      expect(redis.texts.get('users:all')).toBe('[1]');
    });

    test('an older read does not put the old list back', async () => {
      const redis = new FakeRedis();
      const { table, source, hold } = createTable();
      const [reader, writer] = [create(redis), create(redis)];
      const release = hold();
      const old = reader.cache.read(source);
      await new Promise(setImmediate);
      table.text = '[1,2]';
      await writer.cache.invalidate();
      release();
      await old;
      expect([redis.texts.get('users:all'), redis.stores]).toEqual([undefined, 0]);
    });

    test('goes on without Redis', async () => {
      const redis = new FakeRedis();
      redis.isAway = true;
      const { cache, states } = create(redis);
      const { source } = createTable();
      expect([await textOf(cache.read(source)), states]).toEqual(['[1]', ['bypass']]);
    });

    test('reads past Redis after an invalidation that failed, until it was repeated', async () => {
      const redis = new FakeRedis();
      const { table, source } = createTable();
      const { cache, states } = create(redis, 0);
      await cache.read(source);
      redis.isAway = true;
      table.text = '[1,2]';
      await cache.invalidate();
      redis.isAway = false;
      expect([await textOf(cache.read(source)), states]).toEqual(['[1,2]', ['miss', 'bypass']]);
      expect(redis.texts.get('users:all')).toBe('[1]');
      redis.connect(true);
      await new Promise(setImmediate);
      expect(redis.texts.has('users:all')).toBe(false);
      expect([await textOf(cache.read(source)), states.at(-1)]).toEqual(['[1,2]', 'miss']);
    });
  });
});
