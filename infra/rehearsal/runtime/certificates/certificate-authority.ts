import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIP, SocketAddress } from 'node:net';
import {
  bitString,
  boolean,
  generalizedTime,
  integer,
  objectIdentifier,
  octetString,
  sequence,
  set,
  tagged,
  utf8String,
} from './der';

/** PEM texts. */
export type Certificate = { certificate: string; key: string };

export type CertificateAuthority = {
  /** PEM. */
  certificate: string;
  /** For a server with these DNS names and IP addresses. */
  issue(names: readonly string[]): Certificate;
};

/** Source of the numbers: RFC 5280 (profile), RFC 5758 (ecdsa-with-SHA256). */
const oids = {
  commonName: '2.5.4.3',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  basicConstraints: '2.5.29.19',
  keyUsage: '2.5.29.15',
  extendedKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  subjectAltName: '2.5.29.17',
  subjectKeyIdentifier: '2.5.29.14',
  authorityKeyIdentifier: '2.5.29.35',
};

/** Longer than any rehearsal; begins early, for machines whose clocks differ. */
const dayMs = 86_400_000;

type Party = { commonName: string; privateKey: KeyObject; publicKey: KeyObject };

/** An authority of this process alone, with keys that were never used before. */
export function createCertificateAuthority(commonName: string): CertificateAuthority {
  const authority = createParty(commonName);
  const extensions = [
    extension(oids.basicConstraints, sequence(boolean(true)), true),
    // keyCertSign and cRLSign: bits 5 and 6.
    extension(oids.keyUsage, bitString(Buffer.from([0b0000_0110]), 1), true),
    extension(oids.subjectKeyIdentifier, octetString(keyIdentifier(authority))),
  ];
  return {
    certificate: buildCertificate({ issuer: authority, subject: authority, extensions }),
    issue: (names) => issueCertificate(authority, names),
  };
}

function issueCertificate(issuer: Party, names: readonly string[]): Certificate {
  const subject = createParty(names[0] ?? 'server');
  const extensions = [
    extension(oids.basicConstraints, sequence(), true),
    // digitalSignature: bit 0.
    extension(oids.keyUsage, bitString(Buffer.from([0b1000_0000]), 7), true),
    extension(oids.extendedKeyUsage, sequence(objectIdentifier(oids.serverAuth))),
    extension(oids.subjectKeyIdentifier, octetString(keyIdentifier(subject))),
    extension(oids.authorityKeyIdentifier, sequence(tagged(0, false, keyIdentifier(issuer)))),
    ...(names.length > 0 ? [extension(oids.subjectAltName, sequence(...names.map(generalName)))] : []),
  ];
  return {
    certificate: buildCertificate({ issuer, subject, extensions }),
    key: subject.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

function createParty(commonName: string): Party {
  return { commonName, ...generateKeyPairSync('ec', { namedCurve: 'prime256v1' }) };
}

function buildCertificate({
  issuer,
  subject,
  extensions,
}: {
  issuer: Party;
  subject: Party;
  extensions: Buffer[];
}): string {
  const algorithm = sequence(objectIdentifier(oids.ecdsaWithSha256));
  const now = Date.now();
  const body = sequence(
    // Version 3.
    tagged(0, true, integer(Buffer.from([2]))),
    integer(randomBytes(16)),
    algorithm,
    distinguishedName(issuer.commonName),
    sequence(generalizedTime(new Date(now - dayMs)), generalizedTime(new Date(now + 30 * dayMs))),
    distinguishedName(subject.commonName),
    subject.publicKey.export({ type: 'spki', format: 'der' }),
    tagged(3, true, sequence(...extensions)),
  );
  const der = sequence(body, algorithm, bitString(sign('sha256', body, issuer.privateKey)));
  const lines = der.toString('base64').replace(/.{64}(?=.)/g, '$&\n');
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}

function distinguishedName(commonName: string): Buffer {
  // The attribute holds at most 64 characters.
  const value = utf8String(commonName.slice(0, 64));
  return sequence(set(sequence(objectIdentifier(oids.commonName), value)));
}

function extension(oid: string, value: Buffer, isCritical = false): Buffer {
  return sequence(objectIdentifier(oid), ...(isCritical ? [boolean(true)] : []), octetString(value));
}

function keyIdentifier({ publicKey }: Party): Buffer {
  return createHash('sha1')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest();
}

function generalName(name: string): Buffer {
  if (isIP(name) === 0) return tagged(2, false, Buffer.from(name));
  return tagged(7, false, addressBytes(name));
}

function addressBytes(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split('.').map(Number));
  // Written out by the runtime, so that every notation is one: the zeros that "::" stands for are filled in here.
  const { address: normal } = new SocketAddress({ address, family: 'ipv6' });
  const [head = '', tail] = normal.split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16)));
  const [before, after] = [groups(head), groups(tail ?? '')];
  const all = [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after];
  return Buffer.from(all.flatMap((group) => [group >> 8, group & 0xff]));
}
