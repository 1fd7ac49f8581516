import { Agent, request } from 'node:https';

export type Answer = {
  readonly status: number;
  /** Names in lower case; repeated ones joined by ", ". */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The body as JSON. Throws when it is none. */
  json(): unknown;
};

export type RequestOptions = { method?: string; headers?: Record<string, string>; body?: string };

/** Asks the fronts of a rehearsal, as browsers ask those of a cloud: over HTTPS, with a certificate that is checked. */
export type Client = {
  send(url: string, options?: RequestOptions): Promise<Answer>;
  close(): void;
};

const timeoutMs = 20_000;

export function createClient(certificateAuthority: string): Client {
  const agent = new Agent({ ca: certificateAuthority, keepAlive: true });
  return {
    send: (url, { method = 'GET', headers = {}, body } = {}) =>
      new Promise((resolve, reject) => {
        const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
        const signal = AbortSignal.timeout(timeoutMs);
        const outgoing = request(url, { method, agent, headers: { ...length, ...headers }, signal }, (incoming) => {
          let text = '';
          incoming.setEncoding('utf8').on('data', (chunk: string) => {
            text += chunk;
          });
          incoming.once('error', reject);
          incoming.once('end', () => {
            const joined = Object.entries(incoming.headers).map(([name, value]) => [name, [value].flat().join(', ')]);
            resolve({
              status: incoming.statusCode ?? 0,
              headers: Object.fromEntries(joined),
              body: text,
              json: () => JSON.parse(text),
            });
          });
        });
        outgoing.once('error', (error) => {
          const why = signal.aborted ? `no answer within ${timeoutMs / 1_000} s` : error.message;
          reject(new Error(`${method} ${url}: ${why}`, { cause: error }));
        });
        outgoing.end(body);
      }),
    close: () => agent.destroy(),
  };
}
