import type { rds } from '@pulumi/aws';
import type { Cloud } from '../cloud/cloud';
import { resource } from '../declare';
import { applyRule, inputRule } from '../rules';
import { arn } from './declare';
import { findSubnet } from './vpc';

/** A subnet group and both kinds of parameter groups: what a database is placed into. */
export const subnetGroup = resource<rds.SubnetGroup, rds.SubnetGroupArgs>({
  token: 'aws:rds/subnetGroup:SubnetGroup',
  naming: { maxLength: 255, letters: 'lower' },
  replaceOn: ['name', 'namePrefix'],
  defaults: { description: 'Managed by Pulumi' },
  unordered: ['subnetIds'],
  empty: ['namePrefix'],
  seconds: { create: 2, delete: 1 },
  id: ({ inputs }) => inputs.name ?? '',
  outputs: ({ inputs, place, cloud }) => ({
    arn: arn('rds', place, `subgrp:${inputs.name}`),
    supportedNetworkTypes: ['IPV4'],
    vpcId: findSubnet(cloud, inputs.subnetIds[0] ?? '', place.region)?.vpcId ?? '',
  }),
  unique: ({ inputs, place }) => `database subnet group ${inputs.name} in ${place.region}`,
  exists: ({ inputs }) => `DBSubnetGroupAlreadyExists: The DB subnet group '${inputs.name}' already exists.`,
  inUse: (entity, users) =>
    `InvalidDBSubnetGroupStateFault: Cannot delete the subnet group '${entity.id}' because at least one database instance: ${users[0]?.entity?.name} is still using it.`,
});

export const parameterGroup = resource<rds.ParameterGroup, rds.ParameterGroupArgs>({
  token: 'aws:rds/parameterGroup:ParameterGroup',
  naming: { maxLength: 255, letters: 'lower' },
  replaceOn: ['name', 'namePrefix', 'family', 'description'],
  defaults: { description: 'Managed by Pulumi', skipDestroy: false },
  unordered: ['parameters'],
  empty: ['namePrefix'],
  seconds: { create: 2, delete: 1 },
  id: ({ inputs }) => inputs.name ?? '',
  outputs: ({ inputs, place }) => ({ arn: arn('rds', place, `pg:${inputs.name}`) }),
  unique: ({ inputs, place }) => `parameter group ${inputs.name} in ${place.region}`,
  exists: ({ inputs }) => `DBParameterGroupAlreadyExists: Parameter group ${inputs.name} already exists`,
  inUse: () =>
    'InvalidDBParameterGroupState: One or more database instances are still members of this parameter group, so the group cannot be deleted',
});

export const clusterParameterGroup = resource<rds.ClusterParameterGroup, rds.ClusterParameterGroupArgs>({
  token: 'aws:rds/clusterParameterGroup:ClusterParameterGroup',
  naming: { maxLength: 255, letters: 'lower' },
  replaceOn: ['name', 'namePrefix', 'family', 'description'],
  defaults: { description: 'Managed by Pulumi' },
  unordered: ['parameters'],
  empty: ['namePrefix'],
  seconds: { create: 2, delete: 1 },
  id: ({ inputs }) => inputs.name ?? '',
  outputs: ({ inputs, place }) => ({ arn: arn('rds', place, `cluster-pg:${inputs.name}`) }),
  unique: ({ inputs, place }) => `cluster parameter group ${inputs.name} in ${place.region}`,
  exists: ({ inputs }) => `DBParameterGroupAlreadyExists: Parameter group ${inputs.name} already exists`,
  inUse: () =>
    'InvalidDBParameterGroupState: One or more database clusters are still members of this parameter group, so the group cannot be deleted',
});

/** A parameter as the group sets it; undefined where it leaves the default. */
export function findParameter(
  cloud: Cloud,
  type: typeof parameterGroup | typeof clusterParameterGroup,
  { group, name }: { group: string | undefined; name: string },
): string | undefined {
  const found =
    group === undefined ? undefined : cloud.list(type as typeof parameterGroup).find(({ id }) => id === group);
  return found?.inputs.parameters?.find((parameter) => parameter.name === name)?.value;
}

/** Those that need a restart. Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Appendix.PostgreSQL.CommonDBATasks.Parameters.html */
const staticParameters = [
  'autovacuum_max_workers',
  'huge_pages',
  'max_connections',
  'max_locks_per_transaction',
  'max_prepared_transactions',
  'max_replication_slots',
  'max_wal_senders',
  'max_worker_processes',
  'rds.logical_replication',
  'shared_buffers',
  'shared_preload_libraries',
  'track_activity_query_size',
  'wal_buffers',
];

export const groupRules = [
  inputRule({
    id: 'aws.rds.subnet-group-name',
    refuses: 'A name of a subnet group other than 1 to 255 lower-case letters, digits, spaces and ._-, or default.',
    source: 'https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBSubnetGroup.html',
    types: subnetGroup,
    check: ({ inputs: { name = 'generated' } }) =>
      /^[ ._0-9a-z-]{1,255}$/.test(name) && name !== 'default'
        ? undefined
        : 'only lowercase alphanumeric characters, hyphens, underscores, periods, and spaces allowed in "name", 1 to 255 of them, and not default',
  }),
  applyRule({
    id: 'aws.rds.subnet-group-zones',
    refuses: 'A subnet group without subnets of one VPC in at least two zones.',
    source: 'https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html',
    types: subnetGroup,
    check: ({ inputs, cloud, place }) => {
      const subnets = inputs.subnetIds.map((id) => findSubnet(cloud, id, place.region));
      const missing = inputs.subnetIds.find((_, index) => subnets[index] === undefined);
      if (missing !== undefined) return `InvalidSubnet: Subnet IDs are required. ${missing} does not exist (subnetIds)`;
      if (new Set(subnets.map((found) => found?.vpcId)).size > 1) {
        return 'InvalidSubnet: The subnets of a DB subnet group must be in one VPC (subnetIds)';
      }
      const zones = [...new Set(subnets.map((found) => found?.zone))];
      return zones.length >= 2
        ? undefined
        : `DBSubnetGroupDoesNotCoverEnoughAZs: The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Current AZ coverage: ${zones.join(', ')}. Add subnets to cover at least 2 AZs. (subnetIds)`;
    },
  }),
  inputRule({
    id: 'aws.rds.parameter-group-name',
    refuses:
      'A name of a parameter group other than 1 to 255 lower-case letters, digits and single hyphens, beginning with a letter.',
    source: 'https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBParameterGroup.html',
    types: [parameterGroup, clusterParameterGroup],
    check: ({ inputs: { name = 'generated' } }) =>
      /^[a-z](?:-?[0-9a-z])*$/.test(name) && name.length <= 255
        ? undefined
        : 'only lowercase alphanumeric characters and single hyphens allowed in "name", 1 to 255 of them, the first a letter',
  }),
  inputRule({
    id: 'aws.rds.parameter-group-family',
    refuses: 'A family of parameters that does not exist.',
    source: 'https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBParameterGroup.html',
    types: [parameterGroup, clusterParameterGroup],
    check: ({ inputs: { family } }) =>
      /^((aurora-)?postgres(ql)?(9\.[3-6]|1[0-8])|(aurora-)?mysql\d\.\d|mariadb1\d\.\d+|(custom-)?(oracle|sqlserver|db2)-.+)$/.test(
        family,
      ) && !/^(postgresql|aurora-postgres1)/.test(family)
        ? undefined
        : `InvalidParameterValue: ParameterGroupFamily ${family} is not a valid parameter group family (family; such as postgres17, aurora-postgresql17)`,
  }),
  inputRule({
    id: 'aws.rds.static-parameter',
    refuses: 'A static parameter that shall change at once.',
    source: 'https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithParamGroups.html',
    types: [parameterGroup, clusterParameterGroup],
    check: ({ inputs: { parameters = [] } }) =>
      parameters
        .filter(({ name, applyMethod = 'immediate' }) => staticParameters.includes(name) && applyMethod === 'immediate')
        .map(
          ({ name }) =>
            `InvalidParameterCombination: cannot use immediate apply method for static parameter (${name}: applyMethod must be pending-reboot)`,
        ),
  }),
];
