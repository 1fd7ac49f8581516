import { createHash } from 'node:crypto';
import type { acm } from '@pulumi/aws';
import type { Unwrap } from '@pulumi/pulumi';
import { table } from '../cloud/cloud';
import { type OutputsOf, resource } from '../declare';
import { arn } from './declare';

export type CertificateArgs = Unwrap<acm.CertificateArgs>;
export type CertificateOutputs = OutputsOf<acm.Certificate>;

/**
 * ARNs of certificates that were issued. The output `status` goes on saying what it said at the creation, as in the state of
 * the real provider until the next refresh.
 */
export const issuedCertificates = table<string>('issued certificates');

/** Certificates that ACM issues once the DNS shows who owns the names; imported and private ones are not simulated. */
export const certificate = resource<acm.Certificate, acm.CertificateArgs>({
  token: 'aws:acm/certificate:Certificate',
  replaceOn: [
    'certificateAuthorityArn',
    'domainName',
    'keyAlgorithm',
    'subjectAlternativeNames',
    'validationMethod',
    'validationOptions',
  ],
  unordered: ['subjectAlternativeNames'],
  empty: ['notAfter', 'notBefore', 'pendingRenewal', 'renewalSummaries', 'validationEmails'],
  seconds: { create: 8, delete: 2 },
  id: ({ place, seed }) => arn('acm', place, `certificate/${seed.uuid()}`),
  outputs: ({ id, inputs, place }) => {
    const names = namesOf(inputs);
    return {
      arn: id,
      domainName: names[0] ?? '',
      domainValidationOptions: names.map((name) => validationOf(name, place.account ?? '')),
      keyAlgorithm: inputs.keyAlgorithm ?? 'RSA_2048',
      options: { certificateTransparencyLoggingPreference: 'ENABLED', export: 'DISABLED', ...inputs.options },
      renewalEligibility: 'INELIGIBLE',
      status: 'PENDING_VALIDATION',
      subjectAlternativeNames: names,
      type: 'AMAZON_ISSUED',
      validationMethod: inputs.validationMethod ?? 'DNS',
    };
  },
  inUse: ({ outputs }) => `ResourceInUseException: Certificate ${outputs.arn} in use.`,
});

/** The first name and all others, each once. */
export function namesOf({ domainName = '', subjectAlternativeNames = [] }: CertificateArgs): string[] {
  return [...new Set([domainName, ...subjectAlternativeNames])].filter((name) => name !== '');
}

/**
 * The record by which the DNS shows who owns a name: the same for an account and a name at any time, and for a name and its
 * wildcard. Source: https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html
 */
function validationOf(domainName: string, account: string): CertificateOutputs['domainValidationOptions'][number] {
  const name = domainName.replace(/^\*\./, '').toLowerCase();
  const digest = createHash('sha256').update(`${account} ${name}`).digest('hex');
  return {
    domainName,
    resourceRecordName: `_${digest.slice(0, 32)}.${name}.`,
    resourceRecordType: 'CNAME',
    resourceRecordValue: `_${digest.slice(32)}.${digest.slice(8, 18).replace(/\d/g, 'x')}.acm-validations.aws.`,
  };
}
