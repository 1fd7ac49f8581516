import { applyRule, inputRule } from '../rules';
import { findZone, hostedZone, plainName } from './hosted-zones';
import { loadBalancer } from './load-balancer';
import { dnsRecord, fqdnOf } from './records';

const source = 'https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html';

export const recordRules = [
  inputRule({
    id: 'aws.route53.zone-name',
    refuses: 'A hosted zone whose name is no domain name.',
    source: 'https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html',
    types: hostedZone,
    check: ({ inputs }) =>
      /^([a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}\.?$/i.test(inputs.name ?? '')
        ? undefined
        : `InvalidDomainName: '${inputs.name}' is not a valid domain name (name)`,
  }),
  inputRule({
    id: 'aws.route53.record-shape',
    refuses: 'A record without exactly one of values and an alias, or with values and no time to live.',
    source: 'https://www.pulumi.com/registry/packages/aws/api-docs/route53/record/',
    types: dnsRecord,
    check: ({ inputs }) => {
      const { aliases = [], records, ttl } = inputs;
      if (aliases.length > 0 === (records !== undefined))
        return 'one of `aliases,records` must be specified, and only one';
      if (records !== undefined && ttl === undefined) return 'all of `records,ttl` must be specified (ttl)';
      return aliases.length > 0 && ttl !== undefined ? '"ttl": conflicts with aliases' : undefined;
    },
  }),
  applyRule({
    id: 'aws.route53.record-zone',
    refuses: 'A record in a zone that does not exist.',
    source,
    types: dnsRecord,
    check: ({ inputs, cloud }) =>
      findZone(cloud, inputs.zoneId)
        ? undefined
        : `NoSuchHostedZone: No hosted zone found with ID: ${inputs.zoneId} (zoneId)`,
  }),
  applyRule({
    id: 'aws.route53.record-in-zone',
    refuses: 'A record whose name is not below its zone.',
    source,
    types: dnsRecord,
    check: ({ inputs, cloud }) => {
      const zone = findZone(cloud, inputs.zoneId)?.name;
      const name = fqdnOf(cloud, inputs);
      return zone === undefined || name === zone || name.endsWith(`.${zone}`)
        ? undefined
        : `InvalidChangeBatch: [RRSet with DNS name ${name}. is not permitted in zone ${zone}.] (name)`;
    },
  }),
  applyRule({
    id: 'aws.route53.cname-alone',
    refuses: "A CNAME at a zone's own name, or beside another record of its name.",
    source: 'https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html#CNAMEFormat',
    types: dnsRecord,
    check: ({ id, inputs, cloud }) => {
      const zone = findZone(cloud, inputs.zoneId)?.name;
      const name = fqdnOf(cloud, inputs);
      if (inputs.type === 'CNAME' && name === zone) {
        return `InvalidChangeBatch: [RRSet of type CNAME with DNS name ${name}. is not permitted at apex in zone ${zone}.] (type)`;
      }
      const rival = cloud
        .list(dnsRecord)
        .find(
          (other) =>
            other.id !== id &&
            other.inputs.zoneId === inputs.zoneId &&
            other.outputs.fqdn === name &&
            (other.inputs.type === 'CNAME') !== (inputs.type === 'CNAME'),
        );
      return (
        rival &&
        `InvalidChangeBatch: [RRSet of type ${inputs.type} with DNS name ${name}. is not permitted as it conflicts with other records with the same DNS name in zone ${zone}.] (type)`
      );
    },
  }),
  applyRule({
    id: 'aws.route53.alias-zone',
    refuses: "An alias of a load balancer that does not exist, or that does not name the load balancer's own zone.",
    source: 'https://docs.aws.amazon.com/Route53/latest/APIReference/API_AliasTarget.html',
    types: dnsRecord,
    check: ({ inputs, cloud }) =>
      (inputs.aliases ?? [])
        .filter(({ name }) => plainName(name).endsWith('.elb.amazonaws.com'))
        .flatMap(({ name, zoneId }) => {
          const target = plainName(name).replace(/^dualstack\./, '');
          const found = cloud.list(loadBalancer).find(({ outputs }) => plainName(outputs.dnsName) === target);
          if (found?.outputs.zoneId === zoneId) return [];
          return [
            `InvalidChangeBatch: [Tried to create an alias that targets ${target}., type ${inputs.type} in zone ${zoneId}, but ${found ? 'the alias target name does not lie within the target zone' : 'that target was not found'}] (aliases.zoneId must be the load balancer's zoneId)`,
          ];
        }),
  }),
];
