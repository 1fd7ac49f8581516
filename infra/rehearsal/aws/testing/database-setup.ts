import { networkSetup } from './network-setup';
import { type Step, text } from './setup';

/** A Postgres in the private subnets, in the group `store`, that takes TLS only. */
export const instanceSetup: readonly Step[] = [
  ...networkSetup,
  {
    token: 'aws:rds/subnetGroup:SubnetGroup',
    name: 'subnets',
    inputs: (made) => ({ subnetIds: [text(made, 'private-a'), text(made, 'private-b')] }),
  },
  {
    token: 'aws:rds/parameterGroup:ParameterGroup',
    name: 'parameters',
    inputs: { family: 'postgres17', parameters: [{ name: 'rds.force_ssl', value: '1' }] },
  },
  {
    token: 'aws:rds/instance:Instance',
    name: 'database',
    inputs: (made) => ({
      identifier: 'orders',
      engine: 'postgres',
      engineVersion: '17',
      instanceClass: 'db.t4g.micro',
      allocatedStorage: 20,
      storageType: 'gp3',
      storageEncrypted: true,
      dbName: 'orders',
      username: 'owner',
      password: 'correct-horse-battery',
      dbSubnetGroupName: text(made, 'subnets', 'name'),
      parameterGroupName: text(made, 'parameters', 'name'),
      vpcSecurityGroupIds: [text(made, 'store-group')],
      enabledCloudwatchLogsExports: ['postgresql'],
      skipFinalSnapshot: true,
    }),
  },
];

/** An Aurora cluster that scales by itself, with one instance, in the same place. */
export const auroraSetup: readonly Step[] = [
  ...networkSetup,
  {
    token: 'aws:rds/subnetGroup:SubnetGroup',
    name: 'subnets',
    inputs: (made) => ({ subnetIds: [text(made, 'private-a'), text(made, 'private-b')] }),
  },
  {
    token: 'aws:rds/clusterParameterGroup:ClusterParameterGroup',
    name: 'parameters',
    inputs: { family: 'aurora-postgresql17', parameters: [{ name: 'rds.force_ssl', value: '1' }] },
  },
  {
    token: 'aws:rds/cluster:Cluster',
    name: 'cluster',
    inputs: (made) => ({
      clusterIdentifier: 'orders',
      engine: 'aurora-postgresql',
      engineMode: 'provisioned',
      engineVersion: '17.5',
      serverlessv2ScalingConfiguration: { minCapacity: 0.5, maxCapacity: 2 },
      databaseName: 'orders',
      masterUsername: 'owner',
      masterPassword: 'correct-horse-battery',
      storageEncrypted: true,
      dbSubnetGroupName: text(made, 'subnets', 'name'),
      dbClusterParameterGroupName: text(made, 'parameters', 'name'),
      vpcSecurityGroupIds: [text(made, 'store-group')],
      skipFinalSnapshot: true,
    }),
  },
  {
    token: 'aws:rds/clusterInstance:ClusterInstance',
    name: 'instance',
    inputs: (made) => ({
      clusterIdentifier: text(made, 'cluster'),
      engine: 'aurora-postgresql',
      instanceClass: 'db.serverless',
    }),
  },
];
