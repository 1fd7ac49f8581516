import fp from 'fastify-plugin';
import type { Lifecycle } from '../lifecycle';

/**
 * While it drains, each answer is the last one on its connection: clients that keep connections make their next one elsewhere,
 * before those that are left are closed. Source: https://www.rfc-editor.org/rfc/rfc9112#section-9.6
 */
export const draining = fp<{ lifecycle: Lifecycle }>(
  async (app, { lifecycle }) => {
    app.addHook('onRequest', (_request, reply, done) => {
      if (lifecycle.isDraining) reply.header('connection', 'close');
      done();
    });
  },
  { name: 'draining' },
);
