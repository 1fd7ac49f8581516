import { LRUCache } from 'lru-cache';
import type { SharedCache } from '../stores/redis';
import { withTimeout } from '../stores/with-timeout';
import { CachedText } from './cached-text';

const maxCopies = 5_000;
const maxCopyCharacters = 16 * 1024 * 1024;
const repeatInvalidationMs = 500;
/** A write's answer waits at most this long for Redis; the invalidation itself goes on. */
const invalidationPatienceMs = 60;

/** What the header X-Cache tells. bypass: read from the database although a cache is configured. */
export type CacheState = 'hit' | 'miss' | 'bypass';
export type CacheRead = { body: CachedText | undefined; state: CacheState };

export type Source = {
  /** Name among this resource's keys, in this process and (behind the resource's prefix) in Redis. */
  key: string;
  /** Undefined: there is nothing that may be cached. */
  load: () => Promise<string | undefined>;
  /** A row that never changes: copies of it outlive writes to other rows. */
  isImmutable?: boolean;
  /** Tells whether text from Redis is what this service would have stored. */
  isValid: (text: string) => boolean;
};

export type ReadCacheOptions = {
  /** How long a copy may live in this process, in milliseconds. */
  copyTtlMs: number;
  /** Where instances share their reads; undefined: this process only. */
  shared?: {
    cache: SharedCache;
    generationKey: string;
    redisKey: (key: string) => string;
    /** The keys that a write makes wrong. */
    staleKeys: readonly string[];
  };
  onRead?: (state: CacheState) => void;
};

/**
 * Reads of one resource, shared by all who ask at the same time and kept for a while.
 *
 * Freshness: a write calls `invalidate` after its commit and before its answer. That raises a generation, here and in
 * Redis. A read notes the generation before its query; what it found is kept or shared only while the generation is
 * the same. So no read that began after the answer sees what was read before the commit; in other instances copies
 * end after `copyTtlMs`.
 */
export interface ReadCache {
  read(source: Source): Promise<CacheRead>;
  invalidate(): Promise<void>;
  close(): void;
}

type Flight = { generation: number; since: number; result: Promise<CacheRead> };

export function createReadCache({ copyTtlMs, shared, onRead = () => {} }: ReadCacheOptions): ReadCache {
  const copies = new LRUCache<string, { body: CachedText; generation: number; since: number }>({
    max: maxCopies,
    maxSize: maxCopyCharacters,
    sizeCalculation: ({ body }) => body.text.length + 1,
  });
  const flights = new Map<string, Flight>();
  let generation = 0;
  let isRedisStale = false;
  let repeat: NodeJS.Timeout | undefined;

  const invalidateShared = async (): Promise<void> => {
    if (shared === undefined) return;
    // Bypassed from here on, so that nobody reads in Redis what this write made wrong.
    isRedisStale = true;
    const attempt = generation;
    const isDone = await shared.cache.invalidate(shared.generationKey, shared.staleKeys);
    // A later write may have failed to invalidate in the meantime.
    if (isDone && attempt === generation) isRedisStale = false;
    else if (!isDone) repeat ??= setTimeout(repeatInvalidation, repeatInvalidationMs).unref();
  };
  const repeatInvalidation = (): void => {
    clearTimeout(repeat);
    repeat = undefined;
    if (isRedisStale) void invalidateShared();
  };
  shared?.cache.onReady((isAgain) => {
    // A Redis that was restored from its disk, or a replica that took over, may not have seen the last invalidation.
    if (isAgain) isRedisStale = true;
    repeatInvalidation();
  });

  const load = async (source: Source, noted: number, since: number): Promise<CacheRead> => {
    const keep = (text: string): CachedText => {
      const body = new CachedText(text);
      if (noted === generation || source.isImmutable) copies.set(source.key, { body, generation: noted, since });
      return body;
    };
    const key = shared?.redisKey(source.key) ?? '';
    const snapshot = isRedisStale ? undefined : await shared?.cache.read(key, shared.generationKey);
    if (snapshot?.text !== undefined && !isRedisStale && source.isValid(snapshot.text)) {
      return { body: keep(snapshot.text), state: 'hit' };
    }
    const state = shared === undefined || snapshot !== undefined ? 'miss' : 'bypass';
    const text = await source.load();
    if (text === undefined) return { body: undefined, state };
    if (shared !== undefined && snapshot !== undefined && !isRedisStale) {
      shared.cache.store(key, shared.generationKey, snapshot.generation, text);
    }
    return { body: keep(text), state };
  };

  const readThrough = (source: Source): Promise<CacheRead> => {
    const running = flights.get(source.key);
    const since = performance.now();
    // One that takes longer than copies live may have begun before another instance's write that must be seen by now.
    const isCurrent = running !== undefined && running.generation === generation && since - running.since < copyTtlMs;
    if (isCurrent) return running.result;
    const result = load(source, generation, since);
    const flight: Flight = { generation, since, result };
    flights.set(source.key, flight);
    const land = () => {
      if (flights.get(source.key) === flight) flights.delete(source.key);
    };
    result.then(land, land);
    return result;
  };

  return {
    read: async (source) => {
      const copy = copies.get(source.key);
      const isCurrent = copy !== undefined && (copy.generation === generation || source.isImmutable === true);
      const read: CacheRead =
        isCurrent && performance.now() - copy.since < copyTtlMs
          ? { body: copy.body, state: 'hit' }
          : await readThrough(source);
      onRead(read.state);
      return read;
    },
    invalidate: async () => {
      generation += 1;
      if (shared === undefined) return;
      await withTimeout(invalidateShared(), invalidationPatienceMs, 'Redis').catch(() => {});
    },
    close: () => clearTimeout(repeat),
  };
}
