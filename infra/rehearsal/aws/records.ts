import type { route53 } from '@pulumi/aws';
import type { Unwrap } from '@pulumi/pulumi';
import type { Cloud, Entity } from '../cloud/cloud';
import { type Connection, connectByName, publicNames } from '../cloud/public-names';
import { type OutputsOf, resource } from '../declare';
import { findZone, hostedZone, plainName } from './hosted-zones';

export type RecordArgs = Unwrap<route53.RecordArgs>;
export type DnsRecord = Entity<RecordArgs, OutputsOf<route53.Record>>;

export const dnsRecord = resource<route53.Record, route53.RecordArgs>({
  token: 'aws:route53/record:Record',
  replaceOn: ['name', 'setIdentifier', 'type', 'zoneId'],
  unordered: ['records'],
  empty: ['allowOverwrite'],
  // Until all of Route 53's servers have it.
  seconds: { create: 30, update: 30, delete: 30 },
  id: ({ inputs }) =>
    [inputs.zoneId, plainName(inputs.name), inputs.type, ...(inputs.setIdentifier ? [inputs.setIdentifier] : [])].join(
      '_',
    ),
  outputs: ({ inputs, cloud }) => ({ fqdn: fqdnOf(cloud, inputs) }),
  unique: ({ inputs, cloud }) =>
    `${fqdnOf(cloud, inputs)} ${inputs.type} ${inputs.setIdentifier ?? ''} in ${inputs.zoneId}`,
  exists: ({ inputs, cloud }) =>
    inputs.allowOverwrite
      ? `not simulated: a record that overwrites that of another resource (allowOverwrite, ${fqdnOf(cloud, inputs)})`
      : `InvalidChangeBatch: [Tried to create resource record set [name='${fqdnOf(cloud, inputs)}.', type='${inputs.type}'] but it already exists]`,
  uses: ({ inputs, cloud }) => [cloud.find(hostedZone, inputs.zoneId)],
  create: ({ entity, cloud }) => publish(cloud, entity),
  update: ({ entity, cloud }) => publish(cloud, entity),
  delete: ({ entity, cloud }) => {
    if (isAddress(entity.inputs)) cloud.table(publicNames).delete(entity.outputs.fqdn);
    return 'gone';
  },
});

/**
 * The whole name: the provider adds the zone's to whatever does not end with it, be it another zone's.
 * Source: https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/route53/record.go
 */
export function fqdnOf(cloud: Cloud, { name, zoneId }: Pick<RecordArgs, 'name' | 'zoneId'>): string {
  const own = plainName(name);
  const zone = findZone(cloud, zoneId)?.name ?? '';
  if (own.endsWith(zone)) return own;
  return own === '' ? zone : `${own}.${zone}`;
}

/** IPv6 is not rehearsed: a name has to have an A record, or be another name. */
function isAddress({ type }: RecordArgs): boolean {
  return type === 'A' || type === 'CNAME';
}

function publish(cloud: Cloud, { inputs, outputs }: DnsRecord): void {
  if (!isAddress(inputs) || findZone(cloud, inputs.zoneId)?.isPrivate) return;
  const [target] = inputs.aliases?.map(({ name }) => name) ?? inputs.records ?? [];
  cloud.table(publicNames).set(outputs.fqdn, {
    connect: (port): Connection => {
      const found = target === undefined ? undefined : connectByName(cloud, withoutPrefix(plainName(target)), port);
      return found ?? { kind: 'timeout', why: `${outputs.fqdn} leads to ${target}, which is outside of the rehearsal` };
    },
  });
}

/** The name that Route 53's console puts before those of load balancers leads to the same. */
function withoutPrefix(name: string): string {
  return name.replace(/^dualstack\./, '');
}
