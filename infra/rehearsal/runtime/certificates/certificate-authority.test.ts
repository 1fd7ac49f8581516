import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect as connectPlain } from 'node:net';
import { connect, createServer } from 'node:tls';
import { createCertificateAuthority } from './certificate-authority';

describe('createCertificateAuthority', () => {
  test('issues certificates that it has signed, for names and addresses', () => {
    const authority = createCertificateAuthority('Rehearsal CA');
    const issued = new X509Certificate(authority.issue(['db.example.com', '10.0.1.5', 'fd00::1:2']).certificate);
    const root = new X509Certificate(authority.certificate);
    expect(issued.checkIssued(root)).toBe(true);
    expect(issued.verify(root.publicKey)).toBe(true);
    expect(issued.checkHost('db.example.com')).toBe('db.example.com');
    expect(issued.checkIP('10.0.1.5')).toBe('10.0.1.5');
    expect(issued.subjectAltName).toBe('DNS:db.example.com, IP Address:10.0.1.5, IP Address:FD00:0:0:0:0:0:1:2');
    expect([root.ca, issued.ca]).toEqual([true, false]);
  });

  test('cuts names that are too long for the subject, not for the check', () => {
    const name = `${'a'.repeat(60)}.example.com`;
    const issued = new X509Certificate(createCertificateAuthority('Rehearsal CA').issue([name]).certificate);
    expect(issued.checkHost(name)).toBe(name);
  });

  test.each([
    ['accepted by a client that has it', true],
    ['refused by one that has another', false],
  ])('is %s', async (_what, isKnown) => {
    const authority = createCertificateAuthority('Rehearsal CA');
    const { certificate, key } = authority.issue(['db.example.com']);
    const server = createServer({ cert: certificate, key }, (socket) => socket.end('hello'));
    server.on('tlsClientError', () => {});
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const ca = isKnown ? authority.certificate : createCertificateAuthority('Another CA').certificate;
    const raw = connectPlain((server.address() as AddressInfo).port, '127.0.0.1');
    const client = connect({ socket: raw, servername: 'db.example.com', ca });
    const outcome = await new Promise((resolve) => {
      client.once('secureConnect', () => resolve('connected'));
      client.once('error', (error: NodeJS.ErrnoException) => resolve(error.code));
    });
    client.destroy();
    server.close();
    expect(outcome).toBe(isKnown ? 'connected' : 'UNABLE_TO_VERIFY_LEAF_SIGNATURE');
  });
});
