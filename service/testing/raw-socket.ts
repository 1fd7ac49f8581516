import { connect } from 'node:net';

export type RawAnswer = { status: number; headers: Record<string, string>; body: string };

/**
 * Sends bytes that no HTTP client would, and gives the answers that come back until the server ends the connection,
 * or until `count` of them have come.
 */
export function exchangeRaw(port: number, bytes: string | Buffer, count = Number.POSITIVE_INFINITY) {
  return new Promise<RawAnswer[]>((resolve, reject) => {
    const received: Buffer[] = [];
    const socket = connect({ port, host: '127.0.0.1' }, () => socket.write(bytes));
    const finish = () => {
      socket.destroy();
      resolve(parseAnswers(Buffer.concat(received)));
    };
    socket.on('data', (chunk) => {
      received.push(chunk);
      if (parseAnswers(Buffer.concat(received)).length >= count) finish();
    });
    socket.on('end', finish);
    socket.on('error', (error: NodeJS.ErrnoException) => (received.length > 0 ? finish() : reject(error)));
    socket.setTimeout(5_000, () => {
      socket.destroy();
      reject(new Error(`no ${count} answers in 5 s, but: ${Buffer.concat(received).toString('latin1')}`));
    });
  });
}

/** The complete answers in the bytes. Their bodies have a Content-Length, as those of errors do. */
function parseAnswers(bytes: Buffer): RawAnswer[] {
  const answers: RawAnswer[] = [];
  let rest = bytes.toString('latin1');
  for (;;) {
    const headEnd = rest.indexOf('\r\n\r\n');
    if (headEnd === -1) return answers;
    const [statusLine = '', ...lines] = rest.slice(0, headEnd).split('\r\n');
    const headers = Object.fromEntries(
      lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
    );
    const bodyEnd = headEnd + 4 + Number(headers['content-length'] ?? 0);
    if (rest.length < bodyEnd) return answers;
    const body = Buffer.from(rest.slice(headEnd + 4, bodyEnd), 'latin1').toString('utf8');
    answers.push({ status: Number(statusLine.split(' ')[1]), headers, body });
    rest = rest.slice(bodyEnd);
  }
}
