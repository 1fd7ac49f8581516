import * as acm from '@pulumi/aws/acm';
import * as route53 from '@pulumi/aws/route53';
import * as pulumi from '@pulumi/pulumi';
import { DeploymentError } from '../deployment-error';
import type { ServiceSpec } from '../target';

type Domain = NonNullable<ServiceSpec['domain']>;

/** A certificate for the name, proven to be ours by a record in its zone. `arn` is there once AWS has issued it. */
export function createCertificate(
  name: string,
  { name: domainName, zone }: Domain,
  options: pulumi.CustomResourceOptions,
): { arn: pulumi.Output<string>; zoneId: pulumi.Output<string> } {
  const zoneId = findZone(zone, options);
  const certificate = new acm.Certificate(name, { domainName, validationMethod: 'DNS' }, options);
  const proof = certificate.domainValidationOptions.apply(([option]) => {
    if (option === undefined) throw new Error('a certificate for one name has one validation record');
    return option;
  });
  const record = new route53.Record(
    `${name}-validation`,
    {
      zoneId,
      name: proof.resourceRecordName,
      type: proof.resourceRecordType,
      records: [proof.resourceRecordValue],
      ttl: 300,
      // The same name has the same record in every stack of the account.
      allowOverwrite: true,
    },
    options,
  );
  const validation = new acm.CertificateValidation(
    name,
    { certificateArn: certificate.arn, validationRecordFqdns: [record.fqdn] },
    options,
  );
  return { arn: validation.certificateArn, zoneId };
}

export type AliasRequest = {
  domain: Domain;
  zoneId: pulumi.Output<string>;
  /** The address that AWS gave the load balancer, and the zone of that address. */
  balancer: { dnsName: pulumi.Output<string>; zoneId: pulumi.Output<string> };
};

/** The name's own record, which leads to the load balancer. */
export function createAlias(
  name: string,
  { domain, zoneId, balancer }: AliasRequest,
  options: pulumi.CustomResourceOptions,
): route53.Record {
  return new route53.Record(
    `${name}-alias`,
    {
      zoneId,
      name: domain.name,
      type: 'A',
      aliases: [{ name: balancer.dnsName, zoneId: balancer.zoneId, evaluateTargetHealth: true }],
    },
    options,
  );
}

/** Asked before anything is created: a preview tells a zone that is not there. */
function findZone(zone: string, options: pulumi.CustomResourceOptions): pulumi.Output<string> {
  const found = route53.getZone({ name: zone, privateZone: false }, options).catch((cause: Error) => {
    throw new DeploymentError(
      `taproom:domain.aws.zone must be a public hosted zone of this account, and ${zone} is none (${cause.message})`,
    );
  });
  return pulumi.output(found).zoneId;
}
