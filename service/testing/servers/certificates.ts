import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** PEM texts. */
export type Certificate = { certificate: string; key: string };

/** A certificate authority made for a test, by the program openssl. */
export type CertificateAuthority = {
  certificate: string;
  /** For a server with these names, as `DNS:localhost` and `IP:127.0.0.1`. */
  issue(names: readonly string[]): Certificate;
};

export function createCertificateAuthority(commonName: string): CertificateAuthority {
  const folder = mkdtempSync(join(tmpdir(), 'taproom-ca-'));
  const at = (name: string) => join(folder, name);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  try {
    const subject = ['-subj', `/CN=${commonName}`];
    openssl('req', '-x509', ...newKey, '-days', '2', ...subject, '-keyout', at('ca.key'), '-out', at('ca.crt'));
    const [caKey, caCertificate] = [readFileSync(at('ca.key'), 'utf8'), readFileSync(at('ca.crt'), 'utf8')];
    return {
      certificate: caCertificate,
      issue: (names) => issueCertificate({ certificate: caCertificate, key: caKey }, names),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function issueCertificate(authority: Certificate, names: readonly string[]): Certificate {
  const folder = mkdtempSync(join(tmpdir(), 'taproom-certificate-'));
  const at = (name: string) => join(folder, name);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  try {
    writeFileSync(at('ca.crt'), authority.certificate);
    writeFileSync(at('ca.key'), authority.key, { mode: 0o600 });
    writeFileSync(at('names'), `subjectAltName = ${names.join(', ')}\n`);
    const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    openssl('req', ...newKey, '-subj', '/CN=server', '-keyout', at('key'), '-out', at('request'));
    const signer = ['-CA', at('ca.crt'), '-CAkey', at('ca.key'), '-CAcreateserial', '-extfile', at('names')];
    openssl('x509', '-req', '-in', at('request'), ...signer, '-days', '2', '-out', at('certificate'));
    return { certificate: readFileSync(at('certificate'), 'utf8'), key: readFileSync(at('key'), 'utf8') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
