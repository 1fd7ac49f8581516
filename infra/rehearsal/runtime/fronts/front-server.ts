import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { Certificate } from '../certificates/certificate-authority';

/** More than any platform takes: what is too long is the backend's to judge. */
const maxHeaderSize = 128 * 1_024;

export type FrontCertificates = {
  issue(names: readonly string[]): Certificate;
  /** Asked at each connection that names its host: a front may get another certificate while it is open. */
  names(): readonly string[];
};

/** The port of a front, with TLS or without, not listening yet. */
export function createFrontServer(
  scheme: 'http' | 'https',
  { issue, names }: FrontCertificates,
  serve: RequestListener,
): Server {
  const limits = { maxHeaderSize, keepAliveTimeout: 60_000 };
  if (scheme === 'http') return createHttpServer(limits, serve);
  const { certificate: cert, key } = issue(names());
  let current: { names: string; context: SecureContext } | undefined;
  const contextOf = (wanted: readonly string[]): SecureContext => {
    const text = wanted.join(' ');
    if (current?.names !== text) {
      const { certificate, key: ownKey } = issue(wanted);
      current = { names: text, context: createSecureContext({ cert: certificate, key: ownKey }) };
    }
    return current.context;
  };
  const server = createHttpsServer(
    { ...limits, cert, key, SNICallback: (_host, done) => done(null, contextOf(names())) },
    serve,
  );
  server.on('tlsClientError', () => {});
  return server;
}
