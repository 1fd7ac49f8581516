import type { Client } from '../rehearsal/run/client';
import type { Surroundings } from './surroundings';

const timeoutMs = 20_000;

/** Asks addresses of the internet as any user does, with the certificates that Node.js trusts. */
export function createPublicClient({ fetch }: Pick<Surroundings, 'fetch'>): Client {
  return {
    send: async (url, { method = 'GET', headers = {}, body } = {}) => {
      const answer = await fetch(url, {
        method,
        headers,
        // A redirection is an answer of its own, not a way to another address.
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutMs),
        ...(body !== undefined && { body }),
      });
      const text = await answer.text();
      return {
        status: answer.status,
        headers: Object.fromEntries(answer.headers),
        body: text,
        json: () => JSON.parse(text),
      };
    },
    close: () => {},
  };
}
