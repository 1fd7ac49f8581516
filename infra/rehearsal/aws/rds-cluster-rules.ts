import { applyRule, deleteRule, graphRule, inputRule } from '../rules';
import { refuseClass, refuseIdentifier, refuseName, refusePassword, refuseUser, refuseVersion } from './rds-checks';
import { cluster } from './rds-cluster';
import { clusterInstance } from './rds-cluster-instance';
import { findCluster } from './rds-cluster-members';
import { clusterParameterGroup } from './rds-groups';
import { snapshots } from './rds-instance';
import { refuseNetwork } from './rds-instance-rules';

const source = 'https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html';

export const clusterRules = [
  inputRule({
    id: 'aws.rds.cluster-identifier',
    refuses:
      'An identifier of a cluster other than 1 to 63 lower-case letters, digits and single hyphens, beginning with a letter.',
    source,
    types: cluster,
    check: ({ inputs }) => refuseIdentifier('clusterIdentifier', inputs.clusterIdentifier),
  }),
  inputRule({
    id: 'aws.rds.cluster-instance',
    refuses: 'An instance of a cluster with an identifier that is none, or of a class that does not exist.',
    source: 'https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.DBInstanceClass.html',
    types: clusterInstance,
    check: ({ inputs }) =>
      refuseIdentifier('identifier', inputs.identifier) ?? refuseClass(inputs.instanceClass, { serverless: true }),
  }),
  inputRule({
    id: 'aws.rds.cluster-login',
    refuses: 'A name of a database, a master user or a password that the engine does not take.',
    source,
    types: cluster,
    check: ({ inputs }) =>
      refuseName('databaseName', inputs.databaseName) ??
      refuseUser('masterUsername', inputs.masterUsername) ??
      refusePassword('masterPassword', inputs.masterPassword ?? inputs.masterPasswordWo),
  }),
  inputRule({
    id: 'aws.rds.cluster-credentials',
    refuses: 'A new cluster without a user or password, or with a password of its own and a managed one.',
    source: 'https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html',
    types: cluster,
    check: ({ inputs }) => {
      const isCopy =
        inputs.replicationSourceIdentifier ??
        inputs.snapshotIdentifier ??
        inputs.restoreToPointInTime ??
        inputs.globalClusterIdentifier;
      const passwords = [inputs.masterPassword, inputs.masterPasswordWo, inputs.manageMasterUserPassword || undefined];
      const given = passwords.filter((password) => password !== undefined).length;
      if (given > 1)
        return '"manageMasterUserPassword", "masterPassword" and "masterPasswordWo" conflict: set one of them';
      return isCopy !== undefined || (given === 1 && inputs.masterUsername !== undefined)
        ? undefined
        : 'InvalidParameterValue: masterUsername and one of masterPassword, masterPasswordWo and manageMasterUserPassword must be set';
    },
  }),
  inputRule({
    id: 'aws.rds.cluster-version',
    refuses: 'A version of Aurora that never was.',
    source: 'https://docs.aws.amazon.com/AmazonRDS/latest/AuroraPostgreSQLReleaseNotes/Welcome.html',
    types: cluster,
    check: ({ inputs: { engine, engineVersion } }) =>
      engine === 'aurora-postgresql' ? refuseVersion(engine, engineVersion) : undefined,
  }),
  inputRule({
    id: 'aws.rds.serverless-capacity',
    refuses:
      'A capacity other than 0 to 256 in steps of a half, a maximum below 1 or the minimum, a pause where the minimum is not 0.',
    source: 'https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.setting-capacity.html',
    types: cluster,
    check: ({ inputs: { serverlessv2ScalingConfiguration: scaling } }) => {
      if (!scaling) return undefined;
      const { minCapacity, maxCapacity, secondsUntilAutoPause: pause } = scaling;
      if (minCapacity < 0 || minCapacity > 256)
        return `expected minCapacity to be in the range (0 - 256), got ${minCapacity}`;
      if (maxCapacity < 1 || maxCapacity > 256)
        return `expected maxCapacity to be in the range (1 - 256), got ${maxCapacity}`;
      if ((minCapacity * 2) % 1 !== 0 || (maxCapacity * 2) % 1 !== 0) {
        return 'InvalidParameterValue: Serverless v2 capacity must be in steps of 0.5 (minCapacity, maxCapacity)';
      }
      if (maxCapacity < minCapacity) {
        return 'InvalidParameterValue: Invalid serverless v2 capacity: maxCapacity must be at least minCapacity';
      }
      if (pause === undefined) return undefined;
      if (minCapacity > 0) {
        return 'InvalidParameterCombination: secondsUntilAutoPause may be set only where minCapacity is 0';
      }
      return pause < 300 || pause > 86_400
        ? `expected secondsUntilAutoPause to be in the range (300 - 86400), got ${pause}`
        : undefined;
    },
  }),
  inputRule({
    id: 'aws.rds.cluster-numbers',
    refuses: 'A port or a retention of backups that Aurora does not offer.',
    source,
    types: cluster,
    check: ({ inputs: { port = 5_432, backupRetentionPeriod: days = 1 } }) => {
      if (port < 1_150 || port > 65_535)
        return `InvalidParameterValue: Invalid port: ${port}. Valid range: 1150-65535 (port)`;
      return days < 1 || days > 35
        ? `InvalidParameterValue: Invalid backup retention period: ${days}. Must be between 1 and 35 (backupRetentionPeriod)`
        : undefined;
    },
  }),
  applyRule({
    id: 'aws.rds.cluster-network',
    refuses: 'A cluster in a subnet group or security groups that do not exist, or are of two VPCs.',
    source: 'https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html',
    types: cluster,
    check: ({ inputs, cloud, place }) => refuseNetwork({ ...inputs, cloud, region: place.region }),
  }),
  applyRule({
    id: 'aws.rds.cluster-parameter-group',
    refuses: 'A parameter group of a cluster that does not exist.',
    source: 'https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_WorkingWithParamGroups.html',
    types: cluster,
    check: ({ inputs: { dbClusterParameterGroupName: name }, cloud }) =>
      name === undefined ||
      name.startsWith('default.') ||
      cloud.list(clusterParameterGroup).some(({ id }) => id === name)
        ? undefined
        : `DBClusterParameterGroupNotFound: DBClusterParameterGroup not found: ${name} (dbClusterParameterGroupName)`,
  }),
  applyRule({
    id: 'aws.rds.cluster-instance-home',
    refuses: 'An instance of a cluster that does not exist, or a serverless one of a cluster without capacities.',
    source: 'https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.create.html',
    types: clusterInstance,
    check: ({ inputs, cloud }) => {
      const home = findCluster(cloud, inputs.clusterIdentifier);
      if (!home)
        return `DBClusterNotFoundFault: Could not find DB Cluster: ${inputs.clusterIdentifier} (clusterIdentifier)`;
      if (home.inputs.engine !== inputs.engine) {
        return `InvalidParameterCombination: The engine name requested for your DB instance (${inputs.engine}) doesn't match the engine name of your DB cluster (${home.inputs.engine}). (engine)`;
      }
      return inputs.instanceClass === 'db.serverless' && home.inputs.serverlessv2ScalingConfiguration === undefined
        ? 'InvalidDBClusterStateFault: Set the Serverless v2 scaling configuration on the parent DB cluster before creating a Serverless v2 DB instance. (serverlessv2ScalingConfiguration)'
        : undefined;
    },
  }),
  deleteRule({
    id: 'aws.rds.cluster-deletion-protection',
    refuses: 'The deletion of a protected cluster.',
    source: 'https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_DeleteCluster.html',
    types: cluster,
    check: ({ entity }) =>
      entity.inputs.deletionProtection
        ? 'InvalidParameterCombination: Cannot delete protected Cluster, please disable deletion protection and try again. (deletionProtection)'
        : undefined,
  }),
  deleteRule({
    id: 'aws.rds.cluster-final-snapshot',
    refuses: 'The deletion of a cluster whose last snapshot has no name, or a name that is taken.',
    source: 'https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_DeleteCluster.html',
    types: cluster,
    check: ({ entity: { inputs }, cloud }) => {
      const name = inputs.finalSnapshotIdentifier;
      if (inputs.skipFinalSnapshot) return undefined;
      if (name === undefined)
        return 'RDS Cluster FinalSnapshotIdentifier is required when a final snapshot is required (finalSnapshotIdentifier)';
      return cloud.table(snapshots).has(name)
        ? `DBClusterSnapshotAlreadyExistsFault: Cannot create the cluster snapshot because one with the identifier ${name} already exists. (finalSnapshotIdentifier)`
        : undefined;
    },
  }),
  graphRule({
    id: 'aws.rds.cluster-exposed',
    refuses:
      'A cluster without encryption, or an instance of one with a public address: RDS allows it, nobody wants it.',
    source: 'https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html',
    types: [cluster, clusterInstance],
    check: (graph) => [
      ...graph
        .ofType(cluster)
        .filter(({ inputs }) => inputs.storageEncrypted !== true)
        .map(({ urn, name }) => ({ urn, message: `${name}: storageEncrypted must be true` })),
      ...graph
        .ofType(clusterInstance)
        .filter(({ inputs }) => inputs.publiclyAccessible === true)
        .map(({ urn, name }) => ({ urn, message: `${name}: publiclyAccessible must be false` })),
    ],
  }),
];
