import { writeFileSync } from 'node:fs';
import type { StoreSpec } from '../runtime';
import { type CertificateAuthority, createCertificateAuthority } from './certificate-authority';

/** The certificate authorities of one rehearsal, each made when it is first needed. */
export type Authorities = {
  /** What clients inside containers trust already, as JSON for network-hook.mjs. */
  readonly file: string;
  get(authority: StoreSpec['authority'], owner: string): CertificateAuthority;
};

export function createAuthorities(file: string): Authorities {
  const known = new Map<string, CertificateAuthority>();
  const trusted: { certificate: string; standsFor?: string }[] = [];
  const save = () => writeFileSync(file, JSON.stringify(trusted));
  save();

  const make = (key: string, commonName: string, trust?: { standsFor?: string }): CertificateAuthority => {
    const existing = known.get(key);
    if (existing) return existing;
    const authority = createCertificateAuthority(commonName);
    known.set(key, authority);
    if (trust) {
      trusted.push({ certificate: authority.certificate, ...trust });
      save();
    }
    return authority;
  };

  return {
    file,
    get: (authority, owner) => {
      if (authority === undefined || authority === 'own') return make(`own ${owner}`, `Server CA of ${owner}`);
      if (authority === 'public') return make('public', 'Public CA of the rehearsal', {});
      const { standsFor } = authority;
      return make(`for ${standsFor}`, `${standsFor} (rehearsal)`, { standsFor });
    },
  };
}
