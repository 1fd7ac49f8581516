import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import { scramVerifier } from './scram';

/** As the server checks a log-in: https://www.rfc-editor.org/rfc/rfc5802#section-3 */
function accepts(verifier: string, password: string): boolean {
  const [, iterations = '', salt = '', storedKey = '', serverKey = ''] =
    /^SCRAM-SHA-256\$(\d+):([^$]+)\$([^:]+):(.+)$/.exec(verifier) ?? [];
  const salted = pbkdf2Sync(password, Buffer.from(salt, 'base64'), Number(iterations), 32, 'sha256');
  const key = (text: string) => createHmac('sha256', salted).update(text).digest();
  const stored = createHash('sha256').update(key('Client Key')).digest('base64');
  return stored === storedKey && key('Server Key').toString('base64') === serverKey;
}

describe('scramVerifier', () => {
  test.each(['correct horse', `quote ' and \\ and "`, 'é🍺'])(
    'makes a verifier of %s that a log-in with it passes',
    (password) => {
      expect(accepts(scramVerifier(password), password)).toBe(true);
      expect(accepts(scramVerifier(password), `${password}x`)).toBe(false);
    },
  );

  test('salts each anew, and does not hold the password', () => {
    expect(scramVerifier('correct horse')).not.toBe(scramVerifier('correct horse'));
    expect(scramVerifier('correct horse')).not.toContain('horse');
  });

  test.each([
    ['a\u00a0b', 'a b'],
    ['a\u00adb', 'ab'],
    ['\u2168', 'IX'],
  ])('prepares %j as clients do', (password, prepared) => {
    expect(accepts(scramVerifier(password), prepared)).toBe(true);
  });
});
