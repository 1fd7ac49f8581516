import type { acm } from '@pulumi/aws';
import type { Cloud } from '../cloud/cloud';
import { Refusal } from '../cloud/refusal';
import { resource } from '../declare';
import { certificate, issuedCertificates } from './certificate';
import { findZone, plainName } from './hosted-zones';
import { dnsRecord } from './records';

/** Waits until ACM has issued a certificate. Nothing of it stays in the cloud. */
export const certificateValidation = resource<acm.CertificateValidation, acm.CertificateValidationArgs>({
  token: 'aws:acm/certificateValidation:CertificateValidation',
  replaceOn: 'any',
  unordered: ['validationRecordFqdns'],
  seconds: { create: 90 },
  id: ({ cloud }) => cloud.clock.timestamp(),
  outputs: () => ({}),
  create: ({ inputs, cloud, entity }) => {
    const { certificateArn, validationRecordFqdns } = inputs;
    const found = cloud.find(certificate, certificateArn);
    if (!found)
      throw new Refusal(`reading ACM Certificate (${certificateArn}): couldn't find resource (certificateArn)`);
    const wanted = found.outputs.domainValidationOptions.map((option) => plainName(option.resourceRecordName));
    const given = validationRecordFqdns?.map(plainName);
    const forgotten = given === undefined ? [] : wanted.filter((name) => !given.includes(name));
    if (forgotten.length > 0) {
      throw new Refusal(
        `missing ${forgotten.length} DNS validation records: ${forgotten.join(', ')} (validationRecordFqdns)`,
      );
    }
    const missing = missingRecords(cloud, found.outputs);
    if (missing.length > 0) {
      throw new Refusal(
        `waiting for ACM Certificate (${certificateArn}) to be issued: timeout while waiting for state to become 'ISSUED' (last state: 'PENDING_VALIDATION', timeout: 1h15m0s): the public DNS does not have ${missing.join(', ')}`,
      );
    }
    cloud.table(issuedCertificates).set(certificateArn, entity.id);
  },
});

type Wanted = {
  domainValidationOptions: readonly {
    resourceRecordName: string;
    resourceRecordType: string;
    resourceRecordValue: string;
  }[];
};

/** The records that ACM asks the public DNS for in vain. */
function missingRecords(cloud: Cloud, { domainValidationOptions }: Wanted): string[] {
  const records = cloud.list(dnsRecord).filter(({ inputs }) => findZone(cloud, inputs.zoneId)?.isPrivate === false);
  return domainValidationOptions
    .filter(
      ({ resourceRecordName, resourceRecordType, resourceRecordValue }) =>
        !records.some(
          ({ inputs, outputs }) =>
            outputs.fqdn === plainName(resourceRecordName) &&
            inputs.type === resourceRecordType &&
            inputs.records?.some((value) => plainName(value) === plainName(resourceRecordValue)),
        ),
    )
    .map((option) => `${option.resourceRecordName} ${option.resourceRecordType}`);
}
