import { connect, createServer, type Server, type Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import type { Certificate } from '../certificates/certificate-authority';

/**
 * How a kind of store begins a connection. Gives the stream on which its protocol goes on, with TLS ended where the client asked
 * for it; undefined when the connection was refused, after saying why.
 */
export type Greeting = (client: Socket, endTls: (client: Socket) => Promise<TLSSocket>) => Promise<Socket | undefined>;

/** Where a store is reached: local, in front of its real server. */
export type Gateway = {
  readonly port: number;
  close(): Promise<void>;
};

/** Opens a gateway on a free local port that leads to the server at `backendPort`. */
export async function openGateway(options: {
  certificate: Certificate;
  greet: Greeting;
  backendPort: number;
}): Promise<Gateway> {
  const { certificate, greet, backendPort } = options;
  const secureContext = createSecureContext({ cert: certificate.certificate, key: certificate.key });
  const sockets = new Set<Socket>();

  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  };
  const endTls = (client: Socket) =>
    new Promise<TLSSocket>((resolve, reject) => {
      const secure = new TLSSocket(client, { isServer: true, secureContext });
      secure.once('secure', () => resolve(secure));
      secure.once('error', reject);
      secure.once('close', () => reject(new Error('the client left during the handshake')));
    });
  const serve = async (client: Socket) => {
    keep(client);
    const stream = await greet(client, endTls).catch(() => undefined);
    if (stream === undefined) return client.end();
    if (stream !== client) keep(stream);
    const backend = connect({ port: backendPort, host: '127.0.0.1' });
    keep(backend);
    stream.pipe(backend).pipe(stream);
    stream.on('close', () => backend.destroy());
    backend.on('close', () => stream.destroy());
  };

  const server = createServer((client) => void serve(client));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: portOf(server),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The first bytes, which stay in front of what follows. Undefined when the client leaves before. */
export async function peek(client: Socket, length: number): Promise<Buffer | undefined> {
  let head = Buffer.alloc(0);
  while (head.length < length) {
    const chunk = await readChunk(client);
    if (chunk === undefined) return undefined;
    head = Buffer.concat([head, chunk]);
  }
  client.unshift(head);
  return head;
}

/** As `peek`, and takes them out. */
export async function take(client: Socket, length: number): Promise<Buffer | undefined> {
  const head = await peek(client, length);
  if (head === undefined) return undefined;
  return client.read(length) as Buffer;
}

function readChunk(client: Socket): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const done = (chunk: Buffer | undefined) => {
      client.off('readable', onReadable);
      client.off('close', onEnd);
      client.off('end', onEnd);
      resolve(chunk);
    };
    const onReadable = () => {
      const chunk = client.read() as Buffer | null;
      if (chunk !== null) done(chunk);
    };
    const onEnd = () => done(undefined);
    client.on('readable', onReadable);
    client.once('close', onEnd);
    client.once('end', onEnd);
    onReadable();
  });
}

function portOf(server: Server): number {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('a gateway listens on a port');
  return address.port;
}
