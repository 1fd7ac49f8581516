import helmet from '@fastify/helmet';
import fp from 'fastify-plugin';

/** A year, as https://hstspreload.org asks at least. */
const strictTransportSecurity = 'max-age=31536000';

/**
 * Everything from this origin only, no inline script. Without upgrade-insecure-requests, which breaks the page over
 * plain HTTP; HSTS only where the client's connection is known to be HTTPS.
 */
export const securityHeaders = fp(
  async (app) => {
    await app.register(helmet, {
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
    app.addHook('onRequest', (request, reply, done) => {
      // Fastify reads X-Forwarded-Proto only from as many hops as TRUST_PROXY_HOPS names.
      if (request.protocol === 'https') reply.header('strict-transport-security', strictTransportSecurity);
      done();
    });
  },
  { name: 'security-headers' },
);
