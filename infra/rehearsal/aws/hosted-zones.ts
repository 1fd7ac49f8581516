import type { route53 } from '@pulumi/aws';
import { type Cloud, table } from '../cloud/cloud';
import { Refusal } from '../cloud/refusal';
import { createSeed } from '../cloud/seed';
import { func, resource } from '../declare';
import { vpc } from './vpc';

/** A zone of the account: made by the program, or owned from before. Names without the final dot. */
export type HostedZone = { id: string; name: string; isPrivate: boolean };

/** Those that a program asked for and the account is taken to own; by id. */
const ownedZones = table<HostedZone>('hosted zones owned from before');

export const hostedZone = resource<route53.Zone, route53.ZoneArgs>({
  token: 'aws:route53/zone:Zone',
  naming: { maxLength: 1_024 },
  replaceOn: ['delegationSetId', 'name'],
  defaults: { comment: 'Managed by Pulumi', enableAcceleratedRecovery: false, forceDestroy: false },
  seconds: { create: 35, delete: 35 },
  id: ({ seed }) => zoneId(seed.hex(20)),
  outputs: ({ id, inputs }) => ({
    arn: `arn:aws:route53:::hostedzone/${id}`,
    name: plainName(inputs.name ?? ''),
    nameServers: nameServersOf(id),
    primaryNameServer: nameServersOf(id)[0] ?? '',
    zoneId: id,
  }),
  uses: ({ inputs, cloud }) => (inputs.vpcs ?? []).map(({ vpcId }) => cloud.find(vpc, vpcId)),
  inUse: ({ inputs }) =>
    inputs.forceDestroy
      ? undefined
      : 'HostedZoneNotEmpty: The specified hosted zone contains non-required resource record sets and so cannot be deleted.',
  create: ({ cloud, entity }) => {
    if (entity.inputs.vpcs === undefined) noteDelegation(cloud, entity.outputs.name);
  },
});

/** By id. */
export function findZone(cloud: Cloud, id: string): HostedZone | undefined {
  const made = cloud.find(hostedZone, id);
  if (!made) return cloud.table(ownedZones).get(id);
  return { id, name: made.outputs.name, isPrivate: (made.inputs.vpcs ?? []).length > 0 };
}

/** "Example.ORG." is example.org. */
export function plainName(name: string): string {
  return name.replace(/\.$/, '').toLowerCase();
}

/**
 * The account of a rehearsal owns every public zone that is asked for by name, but those under `.invalid`, which nobody can own
 * (RFC 6761); the report tells which. A private zone, or one by id, has to be there.
 */
const getZone = func<route53.GetZoneArgs, route53.GetZoneResult>({
  token: 'aws:route53/getZone:getZone',
  call: ({ inputs, cloud }) => {
    const zone =
      inputs.zoneId !== undefined && inputs.zoneId !== '' ? findZone(cloud, inputs.zoneId) : findByName(cloud, inputs);
    if (!zone) {
      throw new Refusal(
        inputs.zoneId
          ? `NoSuchHostedZone: No hosted zone found with ID: ${inputs.zoneId}`
          : 'no matching Route 53 Hosted Zone found',
      );
    }
    return {
      ...inputs,
      arn: `arn:aws:route53:::hostedzone/${zone.id}`,
      callerReference: zone.id,
      comment: '',
      enableAcceleratedRecovery: false,
      id: zone.id,
      linkedServiceDescription: '',
      linkedServicePrincipal: '',
      name: zone.name,
      nameServers: nameServersOf(zone.id),
      primaryNameServer: nameServersOf(zone.id)[0] ?? '',
      privateZone: zone.isPrivate,
      resourceRecordSetCount: 2,
      tags: inputs.tags ?? {},
      zoneId: zone.id,
    };
  },
});

function findByName(cloud: Cloud, { name, privateZone = false }: route53.GetZoneArgs): HostedZone | undefined {
  const wanted = plainName(name ?? '');
  if (wanted === '') throw new Refusal('either name or zoneId must be set');
  const made = cloud
    .list(hostedZone)
    .map(({ id }) => findZone(cloud, id))
    .filter((zone) => zone?.name === wanted && zone.isPrivate === privateZone);
  if (made.length > 1)
    throw new Refusal(
      'multiple Route 53 Hosted Zones matched; use additional constraints to reduce matches to a single Route 53 Hosted Zone',
    );
  if (made.length === 1) return made[0];
  if (privateZone || !wanted.includes('.') || wanted.endsWith('.invalid')) return undefined;
  const zone = { id: zoneId(createSeed(`hosted zone ${wanted}`).hex(20)), name: wanted, isPrivate: false };
  cloud.table(ownedZones).set(zone.id, zone);
  noteDelegation(cloud, wanted);
  return zone;
}

function noteDelegation(cloud: Cloud, name: string): void {
  cloud.runtime.note(
    `the account is taken to own the hosted zone ${name}, and its registrar to name that zone's servers`,
  );
}

function zoneId(hex: string): string {
  return `Z${hex.toUpperCase()}`;
}

function nameServersOf(id: string): string[] {
  const seed = createSeed(`name servers of ${id}`);
  return ['com', 'net', 'org', 'co.uk'].map(
    (ending, index) => `ns-${index * 512 + seed.integer(512, ending)}.awsdns-${seed.digits(2, ending)}.${ending}`,
  );
}

export const hostedZoneFunctions = [getZone];
