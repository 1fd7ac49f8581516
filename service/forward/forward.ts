import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { Logger } from '../logging';
import { type Connection, join } from './connection';
import { dial } from './dial';
import type { Upstreams } from './upstreams';

export type ForwardOptions = {
  upstreams: Upstreams;
  /** Of each upstream. */
  port: number;
  logger: Logger;
  limits?: Partial<typeof defaultLimits>;
};

const defaultLimits = {
  /** At once; more are closed as they come. */
  connections: 1_000,
  /** How long a connection waits for an upstream that lets it in. */
  patienceMs: 5_000,
  /** After `close`, for requests in flight: less than the ten seconds that Docker gives. */
  closeMs: 8_000,
};
const lookAgainMs = 50;

export type Forward = {
  server: Server;
  /** Accepts nothing more, lets requests in flight end, cuts what is too slow. */
  close(): Promise<void>;
};

/** Hands TCP connections to upstreams. It reads nothing of what goes through. */
export function createForward({ upstreams, port, logger, limits }: ForwardOptions): Forward {
  const { connections: maxConnections, patienceMs, closeMs } = { ...defaultLimits, ...limits };
  const connections = new Map<Socket, Connection>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => void accept(client));
  server.maxConnections = maxConnections;
  server.on('drop', () => logger.warn({ maxConnections }, 'too many connections: one more is closed'));

  async function accept(client: Socket): Promise<void> {
    const gone = new AbortController();
    client.on('error', () => {});
    client.once('close', () => {
      gone.abort();
      connections.delete(client);
    });
    connections.set(client, { isBusy: () => true, destroy: () => client.destroy() });
    const upstream = await dial(upstreams, { port, patienceMs, signal: gone.signal });
    if (gone.signal.aborted) {
      upstream?.destroy();
      return;
    }
    if (!upstream) {
      logger.warn({ waitedMs: patienceMs }, 'no upstream lets a connection in');
      client.destroy();
      return;
    }
    connections.set(client, join(client, upstream));
  }

  return {
    server,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      const end = performance.now() + closeMs;
      const sweep = setInterval(() => {
        const isOver = performance.now() > end;
        for (const connection of connections.values()) if (isOver || !connection.isBusy()) connection.destroy();
      }, lookAgainMs);
      await closed;
      clearInterval(sweep);
    },
  };
}
