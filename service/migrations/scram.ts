import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';

const iterations = 4096;

/**
 * The verifier that Postgres stores for a password, so that the password itself never appears in SQL, where statement
 * logs would keep it. https://www.postgresql.org/docs/current/catalog-pg-authid.html
 */
export function scramVerifier(password: string): string {
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(prepare(password), salt, iterations, 32, 'sha256');
  const key = (text: string) => createHmac('sha256', salted).update(text).digest();
  const stored = createHash('sha256').update(key('Client Key')).digest('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${stored}:${key('Server Key').toString('base64')}`;
}

/**
 * The mappings of SASLprep, as clients make them before they log in: other spaces become a space, marks that cannot be
 * seen are left out, the rest is NFKC. https://www.rfc-editor.org/rfc/rfc4013#section-2
 */
function prepare(password: string): string {
  return password
    .replace(/[\u00A0\u1680\u2000-\u200B\u202F\u205F\u3000]/g, ' ')
    .replace(/\u00AD|\u034F|\u1806|[\u180B-\u180D]|\u2060|[\uFE00-\uFE0F]|\uFEFF|\u200C|\u200D/g, '')
    .normalize('NFKC');
}
