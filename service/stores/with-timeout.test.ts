import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { withTimeout } from './with-timeout';

describe('withTimeout', () => {
  test('gives what the promise gives in time', async () => {
    await expect(withTimeout(Promise.resolve('answer'), 1_000, 'it')).resolves.toBe('answer');
    await expect(withTimeout(Promise.reject(new Error('refused')), 1_000, 'it')).rejects.toThrow('refused');
  });

  test('rejects when nothing comes', async () => {
    await expect(withTimeout(new Promise(() => {}), 10, 'it')).rejects.toThrow('it gave no answer in 10 ms');
  });

  test('reads what has arrived while the event loop was busy', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const socket = connect(typeof address === 'object' ? (address?.port ?? 0) : 0, '127.0.0.1');
    const [[peer]] = await Promise.all([once(server, 'connection') as Promise<[Socket]>, once(socket, 'connect')]);
    const answer = withTimeout(once(socket, 'data'), 20, 'the server');
    peer.end('answer');
    const end = performance.now() + 60;
    while (performance.now() < end);

    await expect(answer).resolves.toEqual([Buffer.from('answer')]);
    server.close();
  });
});
