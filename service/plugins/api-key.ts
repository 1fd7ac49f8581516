import { createHash, timingSafeEqual } from 'node:crypto';
import { Problem } from '../errors';

/**
 * A check of the Authorization header; undefined when no key is set and writes are open. Digests are compared, so that
 * neither content nor length shows in the time taken.
 */
export function buildApiKeyCheck(
  keys: readonly (string | undefined)[],
): ((header: string | undefined) => void) | undefined {
  const digests = keys.filter((key) => key !== undefined).map(digest);
  if (digests.length === 0) return undefined;
  return (header) => {
    const token = /^Bearer +([\x21-\x7e]+) *$/i.exec(header ?? '')?.[1];
    if (token === undefined) throw unauthorized('An API key is required: Authorization: Bearer <key>', '');
    const given = digest(token);
    const isKnown = digests.map((known) => timingSafeEqual(known, given)).includes(true);
    if (!isKnown) throw unauthorized('The API key is not valid', ', error="invalid_token"');
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** https://www.rfc-editor.org/rfc/rfc6750#section-3 */
function unauthorized(detail: string, parameters: string): Problem {
  return new Problem('unauthorized', detail, {
    headers: { 'www-authenticate': `Bearer realm="taproom"${parameters}` },
  });
}
