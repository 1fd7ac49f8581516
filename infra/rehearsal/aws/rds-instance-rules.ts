import type { Cloud } from '../cloud/cloud';
import { applyRule, deleteRule, graphRule, inputRule } from '../rules';
import {
  majorOf,
  refuseClass,
  refuseIdentifier,
  refuseName,
  refusePassword,
  refuseStorage,
  refuseUser,
  refuseVersion,
} from './rds-checks';
import { parameterGroup, subnetGroup } from './rds-groups';
import { instance, snapshots } from './rds-instance';
import { findGroup } from './security-groups';
import { defaultVpc } from './vpc';

const source = 'https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html';
const exportable = ['postgresql', 'upgrade', 'iam-db-auth-error'];

export const instanceRules = [
  inputRule({
    id: 'aws.rds.identifier',
    refuses: 'An identifier other than 1 to 63 lower-case letters, digits and single hyphens, beginning with a letter.',
    source,
    types: instance,
    check: ({ inputs }) => refuseIdentifier('identifier', inputs.identifier),
  }),
  inputRule({
    id: 'aws.rds.database-name',
    refuses: 'A name of a database other than 1 to 63 letters, digits and underscores, beginning with a letter.',
    source,
    types: instance,
    check: ({ inputs }) => refuseName('dbName', inputs.dbName),
  }),
  inputRule({
    id: 'aws.rds.user',
    refuses: 'A master user that the engine keeps for itself, such as admin, or with other characters.',
    source,
    types: instance,
    check: ({ inputs }) => refuseUser('username', inputs.username),
  }),
  inputRule({
    id: 'aws.rds.password',
    refuses: "A master password of other than 8 to 128 printable ASCII characters, or with '/', '@', '\"' or a space.",
    source,
    types: instance,
    check: ({ inputs }) => refusePassword('password', inputs.password ?? inputs.passwordWo),
  }),
  inputRule({
    id: 'aws.rds.credentials',
    refuses: 'A new database without a user or password, or with a password of its own and a managed one.',
    source: 'https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html',
    types: instance,
    check: ({ inputs }) => {
      const isCopy =
        inputs.replicateSourceDb ?? inputs.snapshotIdentifier ?? inputs.restoreToPointInTime ?? inputs.s3Import;
      const passwords = [inputs.password, inputs.passwordWo, inputs.manageMasterUserPassword || undefined];
      const given = passwords.filter((password) => password !== undefined).length;
      if (given > 1) return '"manageMasterUserPassword", "password" and "passwordWo" conflict: set one of them';
      if (isCopy !== undefined) return undefined;
      if (inputs.engine === undefined) return 'InvalidParameterValue: engine must be set';
      return given === 1 && inputs.username !== undefined
        ? undefined
        : 'InvalidParameterValue: username and one of password, passwordWo and manageMasterUserPassword must be set';
    },
  }),
  inputRule({
    id: 'aws.rds.engine-version',
    refuses: 'A version of the engine that RDS never had.',
    source: 'https://docs.aws.amazon.com/AmazonRDS/latest/PostgreSQLReleaseNotes/postgresql-versions.html',
    types: instance,
    check: ({ inputs: { engine, engineVersion } }) =>
      engine === 'postgres' ? refuseVersion('postgres', engineVersion) : undefined,
  }),
  inputRule({
    id: 'aws.rds.instance-class',
    refuses: 'A class of instances that does not exist.',
    source: 'https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Types.html',
    types: instance,
    check: ({ inputs }) => refuseClass(inputs.instanceClass, { serverless: false }),
  }),
  inputRule({
    id: 'aws.rds.storage',
    refuses: 'A size, type or speed of storage that does not exist.',
    source: 'https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html',
    types: instance,
    check: ({ inputs }) => {
      if (inputs.replicateSourceDb ?? inputs.snapshotIdentifier ?? inputs.restoreToPointInTime) return undefined;
      return refuseStorage({
        type: inputs.storageType ?? (inputs.iops === undefined ? 'gp2' : 'io1'),
        gib: inputs.allocatedStorage,
        maxGib: inputs.maxAllocatedStorage,
        iops: inputs.iops,
      });
    },
  }),
  inputRule({
    id: 'aws.rds.numbers',
    refuses: 'A port, a retention of backups or an interval of monitoring that RDS does not offer.',
    source,
    types: instance,
    check: ({ inputs }) => {
      const { port = 5_432, backupRetentionPeriod: days = 0, monitoringInterval = 0, monitoringRoleArn } = inputs;
      if (port < 1_150 || port > 65_535)
        return `InvalidParameterValue: Invalid port: ${port}. Valid range: 1150-65535 (port)`;
      if (days < 0 || days > 35) return `expected backupRetentionPeriod to be in the range (0 - 35), got ${days}`;
      if (![0, 1, 5, 10, 15, 30, 60].includes(monitoringInterval)) {
        return `expected monitoringInterval to be one of [0 1 5 10 15 30 60], got ${monitoringInterval}`;
      }
      return monitoringInterval > 0 && monitoringRoleArn === undefined
        ? 'InvalidParameterCombination: A MonitoringRoleARN value is required if you specify a MonitoringInterval value other than 0. (monitoringRoleArn)'
        : undefined;
    },
  }),
  inputRule({
    id: 'aws.rds.multi-az-zone',
    refuses: 'A zone for an instance that shall be in two.',
    source,
    types: instance,
    check: ({ inputs }) =>
      inputs.multiAz && inputs.availabilityZone !== undefined
        ? 'InvalidParameterCombination: Requesting a specific availability zone is not valid for Multi-AZ instances. (availabilityZone)'
        : undefined,
  }),
  inputRule({
    id: 'aws.rds.log-exports',
    refuses: 'An export of logs that Postgres does not have.',
    source: 'https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.Concepts.PostgreSQL.html',
    types: instance,
    check: ({ inputs: { engine, enabledCloudwatchLogsExports = [] } }) =>
      engine !== 'postgres'
        ? undefined
        : enabledCloudwatchLogsExports
            .filter((kind) => !exportable.includes(kind))
            .map(
              (kind) =>
                `InvalidParameterCombination: You cannot use the log types '${kind}' with engine version postgres. For supported log types, see the documentation. (enabledCloudwatchLogsExports: ${exportable.join(', ')})`,
            ),
  }),
  applyRule({
    id: 'aws.rds.network',
    refuses: 'A database in a subnet group or security groups that do not exist, or are of two VPCs.',
    source: 'https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html',
    types: instance,
    check: ({ inputs, cloud, place }) => refuseNetwork({ ...inputs, cloud, region: place.region }),
  }),
  applyRule({
    id: 'aws.rds.parameter-group',
    refuses: 'A parameter group that does not exist, or is of another family than the engine.',
    source: 'https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithParamGroups.html',
    types: instance,
    check: ({ inputs: { parameterGroupName: name, engineVersion }, cloud }) => {
      if (name === undefined || name.startsWith('default.')) return undefined;
      const group = cloud.list(parameterGroup).find(({ id }) => id === name);
      if (!group) return `DBParameterGroupNotFound: DBParameterGroup not found: ${name} (parameterGroupName)`;
      const family = `postgres${majorOf(engineVersion)}`;
      return group.inputs.family === family || engineVersion === undefined
        ? undefined
        : `InvalidParameterCombination: The parameter group ${name} with DBParameterGroupFamily ${group.inputs.family} can't be used for this instance. Use a parameter group with DBParameterGroupFamily ${family}. (parameterGroupName)`;
    },
  }),
  deleteRule({
    id: 'aws.rds.deletion-protection',
    refuses: 'The deletion of a protected database.',
    source: 'https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DeleteInstance.html',
    types: instance,
    check: ({ entity }) =>
      entity.inputs.deletionProtection
        ? 'InvalidParameterCombination: Cannot delete protected DB Instance, please disable deletion protection and try again. (deletionProtection)'
        : undefined,
  }),
  deleteRule({
    id: 'aws.rds.final-snapshot',
    refuses: 'The deletion of a database whose last snapshot has no name, or a name that is taken.',
    source: 'https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DeleteInstance.html',
    types: instance,
    check: ({ entity: { inputs }, cloud }) => {
      const name = inputs.finalSnapshotIdentifier;
      if (inputs.skipFinalSnapshot) return undefined;
      if (name === undefined) return 'finalSnapshotIdentifier is required when skipFinalSnapshot is false';
      return cloud.table(snapshots).has(name)
        ? `DBSnapshotAlreadyExists: Cannot create the snapshot because a snapshot with the identifier ${name} already exists. (finalSnapshotIdentifier)`
        : undefined;
    },
  }),
  graphRule({
    id: 'aws.rds.exposed',
    refuses:
      'A database with a public address, without encryption, or protected but without backups: RDS allows it, nobody wants it.',
    source: 'https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html',
    types: [instance],
    check: (graph) =>
      graph.ofType(instance).flatMap(({ urn, name, inputs }) => {
        const isCopy = inputs.replicateSourceDb !== undefined;
        return [
          ...(inputs.publiclyAccessible === true ? ['publiclyAccessible must be false'] : []),
          ...(inputs.storageEncrypted === true || isCopy ? [] : ['storageEncrypted must be true']),
          ...(inputs.deletionProtection === true && (inputs.backupRetentionPeriod ?? 0) === 0 && !isCopy
            ? ['backupRetentionPeriod must be at least 1 where deletionProtection is true']
            : []),
        ].map((message) => ({ urn, message: `${name}: ${message}` }));
      }),
  }),
];

/** The same for instances and clusters. */
export function refuseNetwork(request: {
  dbSubnetGroupName?: string;
  vpcSecurityGroupIds?: readonly string[];
  cloud: Cloud;
  region: string | undefined;
}): string | undefined {
  const { dbSubnetGroupName: name, vpcSecurityGroupIds = [], cloud, region } = request;
  const group = cloud.list(subnetGroup).find(({ id, place }) => id === name && place.region === region);
  if (name !== undefined && name !== 'default' && !group) {
    return `DBSubnetGroupNotFoundFault: DB subnet group '${name}' does not exist. (dbSubnetGroupName)`;
  }
  const vpcId = group?.outputs.vpcId ?? defaultVpc(region ?? '').id;
  for (const id of vpcSecurityGroupIds) {
    const found = findGroup(cloud, id, region);
    if (!found)
      return `InvalidParameterValue: Invalid security group , groupId= ${id}, groupName=. (vpcSecurityGroupIds)`;
    if (found.vpcId !== vpcId) {
      return `InvalidParameterCombination: The DB instance and EC2 security group are in different VPCs. The DB instance is in ${vpcId} and the EC2 security group is in ${found.vpcId} (vpcSecurityGroupIds)`;
    }
  }
  return undefined;
}
