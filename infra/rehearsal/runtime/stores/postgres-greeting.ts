import type { StoreSpec } from '../runtime';
import { type Greeting, peek, take } from './gateway';

/** Source: https://www.postgresql.org/docs/current/protocol-message-formats.html */
const requests = { ssl: 80_877_103, gssEncryption: 80_877_104, cancel: 80_877_102 };

/** What comes first of a Postgres connection: a request for TLS, which the server grants or not, or the start-up message. */
export function postgresGreeting(tls: StoreSpec['tls'], host: string): Greeting {
  return async (client, endTls) => {
    for (;;) {
      const head = await peek(client, 8);
      if (head === undefined) return undefined;
      const code = head.readUInt32BE(4);
      if (code === requests.gssEncryption || (code === requests.ssl && tls === 'off')) {
        await take(client, 8);
        client.write('N');
        continue;
      }
      if (code === requests.ssl) {
        await take(client, 8);
        client.write('S');
        return endTls(client);
      }
      if (tls !== 'required' || code === requests.cancel) return client;
      const startup = await take(client, head.readUInt32BE(0));
      client.end(noEncryption(startup ?? Buffer.alloc(0), host));
      return undefined;
    }
  };
}

/** What a server says whose pg_hba.conf has `hostssl` lines only. */
function noEncryption(startup: Buffer, host: string): Buffer {
  const words = startup.subarray(8).toString().split('\0');
  const parameter = (name: string) => words[words.indexOf(name) + 1] ?? '';
  const [user, database] = [parameter('user'), parameter('database')];
  return errorResponse(
    '28000',
    `no pg_hba.conf entry for host "${host}", user "${user}", database "${database || user}", no encryption`,
  );
}

function errorResponse(code: string, message: string): Buffer {
  const fields = `SFATAL\0VFATAL\0C${code}\0M${message}\0\0`;
  const length = Buffer.alloc(4);
  length.writeUInt32BE(4 + Buffer.byteLength(fields));
  return Buffer.concat([Buffer.from('E'), length, Buffer.from(fields)]);
}
