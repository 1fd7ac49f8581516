import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import fp from 'fastify-plugin';
import helmet from 'helmet';

/** A year, as https://hstspreload.org asks at least. */
const strictTransportSecurity = 'max-age=31536000';

/**
 * Everything from this origin only, no inline script. Without upgrade-insecure-requests, which breaks the page over
 * plain HTTP; HSTS only where the client's connection is known to be HTTPS.
 */
const setSecurityHeaders = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'", 'data:'],
      connectSrc: ["'self'"],
      formAction: ["'self'"],
      baseUri: ["'none'"],
      frameAncestors: ["'none'"],
    },
  },
  strictTransportSecurity: false,
});

/** What Helmet sets: the same for every answer, so it is asked once. */
function buildHeaders(): Record<string, string> {
  const request = new IncomingMessage(new Socket());
  const response = new ServerResponse(request);
  setSecurityHeaders(request, response, (error) => {
    if (error !== undefined) throw error;
  });
  return Object.fromEntries(Object.entries(response.getHeaders()).map(([name, value]) => [name, String(value)]));
}

export const securityHeaders = fp(
  async (app) => {
    const headers = buildHeaders();
    const overTls = { ...headers, 'strict-transport-security': strictTransportSecurity };
    app.addHook('onRequest', (request, reply, done) => {
      // Fastify reads X-Forwarded-Proto only from as many hops as TRUST_PROXY_HOPS names.
      reply.headers(request.protocol === 'https' ? overTls : headers);
      done();
    });
  },
  { name: 'security-headers' },
);
