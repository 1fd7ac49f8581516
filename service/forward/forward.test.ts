import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { pino } from 'pino';
import { poll } from '../testing/servers/poll';
import { createForward, type Forward, type ForwardOptions } from './forward';

const logger = pino({ level: 'silent' });
const servers: Server[] = [];
const sockets: Socket[] = [];
let forward: Forward | undefined;

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await forward?.close();
  forward = undefined;
  await Promise.all(servers.splice(0).map((server) => once(server.close(), 'close')));
});

async function listen(server: Server, host: string, port = 0): Promise<number> {
  servers.push(server.listen(port, host));
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

function upstream(onConnection: (socket: Socket) => void): Server {
  return createServer({ allowHalfOpen: true }, (socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    onConnection(socket);
  });
}

/** Says back what it hears, with its name, and ends when it hears the end. */
const echo = (name: string) =>
  upstream((socket) => {
    socket.on('data', (chunk) => socket.write(`${name}:${chunk}`));
    socket.on('end', () => socket.end(`${name}:end`));
  });

async function start(port: number, addresses: () => string[], limits: ForwardOptions['limits'] = {}): Promise<number> {
  const upstreams = { order: addresses, look: async () => {}, close: () => {} };
  forward = createForward({ upstreams, port, logger, limits });
  forward.server.listen(0, '127.0.0.1');
  await once(forward.server, 'listening');
  return (forward.server.address() as AddressInfo).port;
}

type Client = { socket: Socket; text: () => string; end: Promise<void> };

function call(port: number): Client {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  sockets.push(socket);
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  const end = new Promise<void>((resolve) => {
    socket.once('end', resolve).once('error', () => resolve());
  });
  return { socket, text: () => text, end };
}

describe('createForward', () => {
  test('passes on both directions, and the end of one while the other goes on', async () => {
    const port = await listen(echo('a'), '127.0.0.1');
    const client = call(await start(port, () => ['127.0.0.1']));
    client.socket.write('hello');
    await poll('it is answered', () => client.text() === 'a:hello');
    client.socket.end();
    await client.end;
    expect(client.text()).toBe('a:helloa:end');
  });

  test('passes on more than any buffer holds, at the pace of the reader', async () => {
    const size = 20_000_000;
    const port = await listen(
      upstream((socket) => socket.end(Buffer.alloc(size, 'x'))),
      '127.0.0.1',
    );
    const { socket, text, end } = call(await start(port, () => ['127.0.0.1']));
    socket.pause();
    await once(socket, 'connect');
    socket.resume();
    await end;
    expect(text()).toHaveLength(size);
  });

  test('takes the next address where the first refuses', async () => {
    const port = await listen(echo('b'), '127.0.0.3');
    const client = call(await start(port, () => ['127.0.0.2', '127.0.0.3']));
    client.socket.write('hello');
    await poll('it is answered', () => client.text() === 'b:hello');
  });

  test('waits for an upstream that comes back, and then loses nothing', async () => {
    const away = echo('away');
    const port = await listen(away, '127.0.0.1');
    servers.splice(0);
    await once(away.close(), 'close');
    const client = call(await start(port, () => ['127.0.0.1']));
    client.socket.write('hello');
    await once(client.socket, 'connect');
    await listen(echo('back'), '127.0.0.1', port);
    await poll('it is answered', () => client.text() === 'back:hello');
  });

  test.each([
    ['lets it in', ['127.0.0.1']],
    ['has a name', []],
  ])('closes a connection when no upstream %s within its patience', async (_what, addresses) => {
    const client = call(await start(1, () => addresses, { patienceMs: 50 }));
    await client.end;
    expect(client.text()).toBe('');
  });

  test('closes a connection whose upstream breaks', async () => {
    const breaking = upstream((socket) => {
      socket.write('half', () => socket.destroy());
    });
    const client = call(await start(await listen(breaking, '127.0.0.1'), () => ['127.0.0.1']));
    await client.end;
    expect(client.text()).toBe('half');
  });

  test('ends an upstream that goes on sending to a client that has gone', async () => {
    const talking = upstream((socket) => {
      const talk = setInterval(() => socket.write('news'), 5);
      socket.once('close', () => clearInterval(talk)).resume();
    });
    const client = call(await start(await listen(talking, '127.0.0.1'), () => ['127.0.0.1']));
    await poll('it is told', () => client.text().startsWith('news'));
    client.socket.destroy();
    await poll('the upstream is ended', () => sockets.every(({ closed }) => closed));
  });

  test('closes what comes above its limit, at once', async () => {
    const front = await start(await listen(echo('a'), '127.0.0.1'), () => ['127.0.0.1'], { connections: 1 });
    const first = call(front);
    first.socket.write('hello');
    await poll('it is answered', () => first.text() === 'a:hello');
    await call(front).end;
    first.socket.write('again');
    await poll('the first goes on', () => first.text() === 'a:helloa:again');
  });

  describe('when it closes', () => {
    test('lets an answer that is awaited come, and then ends the connection', async () => {
      let answer: (() => void) | undefined;
      const slow = upstream((socket) => {
        socket.once('data', () => {
          answer = () => socket.write('late');
        });
      });
      const port = await start(await listen(slow, '127.0.0.1'), () => ['127.0.0.1']);
      const client = call(port);
      client.socket.write('question');
      const respond = await poll('it was heard', () => answer);
      const closed = forward?.close();
      const refused = connect(port, '127.0.0.1');
      await once(refused, 'error');
      respond();
      await client.end;
      expect(client.text()).toBe('late');
      await closed;
      forward = undefined;
    });

    test('cuts what is too slow', async () => {
      const silent = upstream((socket) => socket.resume());
      const limits = { closeMs: 100 };
      const client = call(await start(await listen(silent, '127.0.0.1'), () => ['127.0.0.1'], limits));
      client.socket.write('question');
      await poll('it is connected', () => sockets.length === 2);
      await forward?.close();
      forward = undefined;
      await client.end;
    });
  });
});
