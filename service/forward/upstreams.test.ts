import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { orderAddresses, type Upstreams, watchUpstreams } from './upstreams';

const logger = pino({ level: 'silent' });

describe('orderAddresses', () => {
  const states = new Map([
    ['a', true],
    ['b', false],
    ['c', true],
  ]);

  test('gives the ready ones in turns, then the others', () => {
    expect([0, 1, 2].map((turn) => orderAddresses(states, turn))).toEqual([
      ['a', 'c', 'b'],
      ['c', 'a', 'b'],
      ['a', 'c', 'b'],
    ]);
  });

  test('gives all when none is ready, and none when there is none', () => {
    expect(orderAddresses(new Map([['b', false]]), 7)).toEqual(['b']);
    expect(orderAddresses(new Map(), 7)).toEqual([]);
  });
});

describe('watchUpstreams', () => {
  let servers: Server[] = [];
  let upstreams: Upstreams | undefined;
  let addresses: string[] | Error;
  afterEach(async () => {
    upstreams?.close();
    await Promise.all(servers.map((server) => once(server.close(), 'close')));
    servers = [];
  });

  /** Answers /ready on an address of its own, all on one port. */
  async function answer(host: string, status: () => number, port = 0): Promise<number> {
    const server = createServer((request, response) => {
      response.writeHead(request.url === '/ready' ? status() : 404).end();
    });
    servers.push(server.listen(port, host));
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }
  function watch(port: number): Upstreams {
    upstreams = watchUpstreams({ host: 'service', port }, logger, async () => {
      if (addresses instanceof Error) throw addresses;
      return addresses;
    });
    return upstreams;
  }
  const twice = (watched: Upstreams) => [watched.order()[0], watched.order()[0]];

  test('asks nothing of the only one', async () => {
    let asked = 0;
    const port = await answer('127.0.0.2', () => {
      asked += 1;
      return 503;
    });
    addresses = ['127.0.0.2'];
    const watched = watch(port);
    await watched.look();
    expect([watched.order(), asked]).toEqual([['127.0.0.2'], 0]);
  });

  test('prefers the new instance once it is ready, and leaves the old one when it is not any more', async () => {
    const status = { '127.0.0.2': 200, '127.0.0.3': 503 };
    const port = await answer('127.0.0.2', () => status['127.0.0.2']);
    await answer('127.0.0.3', () => status['127.0.0.3'], port);
    addresses = ['127.0.0.2', '127.0.0.3'];
    const watched = watch(port);
    await watched.look();
    expect(twice(watched)).toEqual(['127.0.0.2', '127.0.0.2']);
    status['127.0.0.3'] = 200;
    await watched.look();
    expect(twice(watched).sort()).toEqual(['127.0.0.2', '127.0.0.3']);
    status['127.0.0.2'] = 503;
    await watched.look();
    expect(twice(watched)).toEqual(['127.0.0.3', '127.0.0.3']);
  });

  test('keeps what it knows when names cannot be looked up, and forgets what has no name any more', async () => {
    addresses = ['127.0.0.2'];
    const watched = watch(1);
    await watched.look();
    addresses = new Error('EAI_AGAIN');
    await watched.look();
    expect(watched.order()).toEqual(['127.0.0.2']);
    addresses = [];
    await watched.look();
    expect(watched.order()).toEqual([]);
  });
});
