import type { FastifyReply, FastifyRequest } from 'fastify';
import { CachedText } from '../cache/cached-text';
import { sendText } from '../cache/send-text';

/**
 * Makes the handler of a text that never changes while the process lives. Browsers ask each time, so that a new release
 * is seen at once. `vary` names the other headers that chose this text.
 */
export function createStaticHandler(text: string, contentType: string, vary: readonly string[] = []) {
  const body = new CachedText(text);
  const headers = { 'cache-control': 'no-cache', vary: [...vary, 'Accept-Encoding'].join(', ') };
  return (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> =>
    sendText(request, reply.headers(headers), body, contentType);
}
