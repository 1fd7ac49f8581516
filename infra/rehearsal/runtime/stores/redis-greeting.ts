import type { StoreSpec } from '../runtime';
import { type Greeting, peek } from './gateway';

/** The first byte of a TLS connection: a handshake record. Source: RFC 8446, section 5.1 */
const handshakeRecord = 0x16;

/** Redis asks nothing first: a port speaks TLS or does not; where both are allowed, the client's first byte tells. */
export function redisGreeting(tls: StoreSpec['tls']): Greeting {
  return async (client, endTls) => {
    if (tls === 'off') return client;
    const head = await peek(client, 1);
    if (head === undefined) return undefined;
    if (head[0] === handshakeRecord) return endTls(client);
    return tls === 'allowed' ? client : undefined;
  };
}
