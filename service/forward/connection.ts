import type { Socket } from 'node:net';

/** Two sockets that are one connection. */
export type Connection = {
  /** Whether an answer is awaited, or was given just now. */
  isBusy(): boolean;
  destroy(): void;
};

/** After its answer a client has this long for its next request, once the front wants to end. */
const quietMs = 1_000;
/** Finds out that a machine is gone which said no farewell. */
const keepAliveMs = 30_000;

/**
 * Passes on what either side sends, at the pace of the slower, and that it has sent all; the other direction goes on. When one
 * side breaks, the other is closed: whether an answer was whole, HTTP itself tells.
 */
export function join(client: Socket, upstream: Socket): Connection {
  let isAwaited = true;
  let lastAt = performance.now();
  const follow = (from: Socket, to: Socket) => {
    from.setKeepAlive(true, keepAliveMs);
    from.on('data', () => {
      isAwaited = from === client;
      lastAt = performance.now();
    });
    from.on('error', () => to.destroy());
    from.pipe(to);
  };
  follow(client, upstream);
  follow(upstream, client);
  return {
    isBusy: () => isAwaited || performance.now() - lastAt < quietMs,
    destroy: () => {
      client.destroy();
      upstream.destroy();
    },
  };
}
