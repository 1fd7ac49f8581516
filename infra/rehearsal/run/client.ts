import { Agent as HttpAgent, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import type { Connection } from '../cloud/public-names';

export type Answer = {
  readonly status: number;
  /** Names in lower case; repeated ones joined by ", ". */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The body as JSON. Throws when it is none. */
  json(): unknown;
};

export type RequestOptions = { method?: string; headers?: Record<string, string>; body?: string };

/** Asks as browsers do: by name, and over HTTPS with a certificate that is checked. Redirects are not followed. */
export type Client = {
  send(url: string, options?: RequestOptions): Promise<Answer>;
  close(): void;
};

/** Asks the fronts of a rehearsal. */
export type FrontClient = Client & {
  /** The same URL by an address of this machine. Throws when its name leads nowhere. */
  locate(url: string): string;
};

/** Where a name leads; undefined for addresses of this machine. */
export type Resolve = (host: string, port: number) => Connection | undefined;

const timeoutMs = 20_000;

export function createClient(certificateAuthority: string, resolve: Resolve = () => undefined): FrontClient {
  const agents = {
    'http:': new HttpAgent({ keepAlive: true }),
    'https:': new HttpsAgent({ ca: certificateAuthority, keepAlive: true }),
  };

  /** The port of this machine, for a URL whose host is a name of the clouds. */
  const portOf = ({ protocol, hostname, port }: URL): number | undefined => {
    const found = resolve(hostname, Number(port) || (protocol === 'https:' ? 443 : 80));
    if (found === undefined || found.kind === 'port') return found?.port;
    throw new Error(`${found.kind === 'timeout' ? 'no answer, ever' : found.kind}: ${found.why}`);
  };

  return {
    send: (url, { method = 'GET', headers = {}, body } = {}) =>
      new Promise((resolve, reject) => {
        const target = new URL(url);
        const isSecure = target.protocol === 'https:';
        const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
        const signal = AbortSignal.timeout(timeoutMs);
        const fail = (error: unknown) => {
          const text = error instanceof Error ? error.message : String(error);
          const why = signal.aborted ? `no answer within ${timeoutMs / 1_000} s` : text;
          reject(new Error(`${method} ${url}: ${why}`, { cause: error }));
        };
        try {
          const port = portOf(target);
          const outgoing = (isSecure ? requestHttps : requestHttp)(target, {
            method,
            agent: isSecure ? agents['https:'] : agents['http:'],
            headers: { host: target.host, ...length, ...headers },
            signal,
            ...(port !== undefined && { host: '127.0.0.1', hostname: '127.0.0.1', port, servername: target.hostname }),
          });
          outgoing.once('response', (incoming) => {
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
          outgoing.once('error', fail);
          outgoing.end(body);
        } catch (error) {
          fail(error);
        }
      }),
    locate: (url) => {
      const target = new URL(url);
      const port = portOf(target);
      return port === undefined ? url : `${target.protocol}//127.0.0.1:${port}`;
    },
    close: () => {
      for (const agent of Object.values(agents)) agent.destroy();
    },
  };
}
