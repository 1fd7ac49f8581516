import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Upstreams } from './upstreams';

/** A container on the same machine answers at once, or is not there. */
const connectTimeoutMs = 1_000;
const pauseMs = 100;

export type DialOptions = { port: number; patienceMs: number; signal: AbortSignal };

/**
 * A connection to one of the upstreams. Where none lets it in, it tries again until the patience ends: a container that
 * starts anew is back by then. Nothing has been sent yet, so nothing is sent twice. Undefined when it came to nothing.
 */
export async function dial(
  upstreams: Upstreams,
  { port, patienceMs, signal }: DialOptions,
): Promise<Socket | undefined> {
  const end = performance.now() + patienceMs;
  for (;;) {
    for (const address of upstreams.order()) {
      const socket = signal.aborted ? undefined : await connectTo(address, port);
      if (socket) return socket;
    }
    const leftMs = end - performance.now();
    if (signal.aborted || leftMs <= 0) return undefined;
    await Promise.race([Promise.all([upstreams.look(), delay(pauseMs)]), delay(leftMs, undefined, { ref: false })]);
  }
}

async function connectTo(host: string, port: number): Promise<Socket | undefined> {
  const socket = connect({ host, port, allowHalfOpen: true, noDelay: true });
  const late = setTimeout(() => socket.destroy(new Error('no answer')), connectTimeoutMs);
  try {
    await once(socket, 'connect');
    return socket;
  } catch {
    return undefined;
  } finally {
    clearTimeout(late);
  }
}
