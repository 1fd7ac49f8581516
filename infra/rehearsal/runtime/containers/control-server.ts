import { createServer, type Server, type Socket } from 'node:net';

/** What network-hook.mjs asks of the rehearsal. Port 0 asks for a name only. */
export type Question =
  | { ask: 'route'; host: string; port: number }
  | { ask: 'listening'; host: string; port: number; local: number }
  | { ask: 'closed'; host: string; port: number };

/** `addresses`: of the name, where only that was asked for and the network has its own. */
export type Answer = {
  kind: 'open' | 'timeout' | 'refused' | 'unknown host' | 'noted';
  port?: number;
  addresses?: readonly string[];
};

/** Answers the processes of one container at a Unix socket: one line in, one line out. */
export function openControlServer(path: string, answer: (question: Question) => Answer): Promise<Server> {
  const server = createServer((socket) => answerOne(socket, answer));
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => resolve(server));
  });
}

function answerOne(socket: Socket, answer: (question: Question) => Answer): void {
  let text = '';
  socket.setEncoding('utf8');
  socket.on('error', () => {});
  socket.on('data', (chunk: string) => {
    text += chunk;
    if (text.endsWith('\n')) socket.end(`${JSON.stringify(answer(JSON.parse(text)))}\n`);
  });
}
