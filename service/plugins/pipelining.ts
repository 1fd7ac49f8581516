import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import fp from 'fastify-plugin';

/** On one connection: the answer to its latest request, and to its latest request that is no mere reading. */
type Answers = { latest: ServerResponse; latestWrite: ServerResponse | undefined };

const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

/**
 * Requests that a client sends ahead on one connection may be worked on at once only while all of them are safe: a
 * reading sent after a write sees it. Source: https://www.rfc-editor.org/rfc/rfc9112#section-9.3.2
 */
export const pipelining = fp(
  async (app) => {
    const connections = new WeakMap<Socket, Answers>();
    app.addHook('onRequest', (request, reply, done) => {
      const { socket } = request.raw;
      const isSafe = safeMethods.has(request.method);
      const before = connections.get(socket);
      const awaited = isSafe ? before?.latestWrite : before?.latest;
      connections.set(socket, { latest: reply.raw, latestWrite: isSafe ? before?.latestWrite : reply.raw });
      if (awaited === undefined || awaited.closed || awaited.destroyed) done();
      // Any number of readings may wait for one write.
      else awaited.setMaxListeners(0).once('close', () => done());
    });
  },
  { name: 'pipelining' },
);
