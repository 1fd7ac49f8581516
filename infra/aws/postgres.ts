import * as cloudwatch from '@pulumi/aws/cloudwatch';
import * as rds from '@pulumi/aws/rds';
import * as pulumi from '@pulumi/pulumi';
import type { StackConfig } from '../config';
import { DeploymentError } from '../deployment-error';
import { createPassword } from '../password';
import { databaseName, ownerRole, type PostgresStore, serviceRole } from '../service-env';
import type { AwsScope, InNetwork } from './foundation';
import type { Network } from './network';
import { createSecurityGroup } from './security-group';

type DatabaseSettings = StackConfig['database'];

const port = 5432;
const postgresVersion = '17';
/** Aurora takes no bare major version; its instances upgrade themselves from here. */
const auroraVersion = '17.5';
/** superuser_reserved_connections, rdsadmin's own, and one person. */
const reserved = 8;

/**
 * Connections are those of the class's memory, rounded down.
 * Sources: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html#RDS_Limits.MaxConnections and
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.setting-capacity.html
 */
export const databaseSizes = {
  rds: {
    small: { instanceClass: 'db.t4g.micro', connections: 80, reserved },
    medium: { instanceClass: 'db.t4g.medium', connections: 400, reserved },
    large: { instanceClass: 'db.m7g.large', connections: 800, reserved },
  },
  aurora: {
    small: { maxCapacity: 1, connections: 180, reserved },
    medium: { maxCapacity: 4, connections: 800, reserved },
    large: { maxCapacity: 16, connections: 3_300, reserved },
  },
} as const;

/** The Postgres of the stack on AWS: RDS, or Aurora Serverless v2; encrypted, TLS only, in the private subnets. */
export function createPostgres(
  scope: AwsScope,
  network: Network,
  settings: DatabaseSettings,
): InNetwork<PostgresStore> {
  const { names, options } = scope;
  const group = createSecurityGroup('postgres', { names, network, description: 'Postgres' }, options);
  const subnets = new rds.SubnetGroup(
    'postgres-subnets',
    { name: names('dbSubnetGroup', 'postgres'), subnetIds: network.privateSubnetIds },
    options,
  );
  const owner = { user: ownerRole, password: createPassword('postgres-owner', options) };
  const service = { user: serviceRole, password: createPassword('postgres-service', options) };
  const request = {
    ...scope,
    settings,
    engine: keepEngine(scope, settings.engine),
    password: owner.password,
    subnetGroup: subnets.name,
    securityGroupId: group.id,
  };
  const server = settings.engine === 'aurora' ? createAurora(request) : createInstance(request);
  return {
    ...server,
    port,
    tls: { mode: 'verify-full', ca: 'amazon-rds' },
    database: databaseName,
    owner,
    service,
    securityGroupId: group.id,
  };
}

type ServerRequest = AwsScope & {
  settings: DatabaseSettings;
  /** The engine, once it is sure that the stack has no other; everything that is the engine's waits for it. */
  engine: pulumi.Output<'rds' | 'aurora'>;
  password: pulumi.Output<string>;
  subnetGroup: pulumi.Output<string>;
  securityGroupId: pulumi.Output<string>;
};
type Server = { host: pulumi.Output<string>; ready: pulumi.Resource[] };

/** The engine is kept in the state from the first deployment on: another one would begin with an empty database. */
function keepEngine({ options }: AwsScope, wanted: DatabaseSettings['engine']): pulumi.Output<'rds' | 'aurora'> {
  const kept = new pulumi.Stash('database-engine', { input: wanted }, options);
  return kept.output.apply((engine: unknown) => {
    if (engine === wanted) return wanted;
    throw new DeploymentError(
      `taproom:database.engine must stay ${engine}, since the stack's rows are there: to move them to ${wanted}, ` +
        'see "Changing the database engine" in infra/README.md',
    );
  });
}

function createInstance(request: ServerRequest): Server {
  const { names, options, protect, settings } = request;
  const identifier = names('dbInstance', 'postgres');
  const parameters = new rds.ParameterGroup(
    'postgres-parameters',
    {
      name: names('dbParameterGroup', 'postgres'),
      family: request.engine.apply(() => `postgres${postgresVersion}`),
      parameters: [{ name: 'rds.force_ssl', value: '1' }],
    },
    options,
  );
  const logs = createLogGroup(request, `instance/${identifier}`);
  const instance = new rds.Instance(
    'postgres',
    {
      identifier,
      engine: request.engine.apply(() => 'postgres'),
      engineVersion: postgresVersion,
      instanceClass: databaseSizes.rds[settings.size].instanceClass,
      allocatedStorage: 20,
      maxAllocatedStorage: 200,
      storageType: 'gp3',
      multiAz: settings.highAvailability,
      dbName: databaseName,
      username: ownerRole,
      password: request.password,
      port,
      dbSubnetGroupName: request.subnetGroup,
      vpcSecurityGroupIds: [request.securityGroupId],
      publiclyAccessible: false,
      parameterGroupName: parameters.name,
      ...serverDefaults(request),
    },
    { ...options, protect, dependsOn: [logs] },
  );
  return { host: instance.address, ready: [instance] };
}

function createAurora(request: ServerRequest): Server {
  const { names, options, protect, settings } = request;
  const clusterIdentifier = names('dbInstance', 'postgres');
  const parameters = new rds.ClusterParameterGroup(
    'postgres-parameters',
    {
      name: names('dbParameterGroup', 'postgres'),
      family: request.engine.apply(() => `aurora-postgresql${postgresVersion}`),
      parameters: [{ name: 'rds.force_ssl', value: '1' }],
    },
    options,
  );
  const logs = createLogGroup(request, `cluster/${clusterIdentifier}`);
  const { autoMinorVersionUpgrade, ...clusterDefaults } = serverDefaults(request);
  const cluster = new rds.Cluster(
    'postgres',
    {
      clusterIdentifier,
      engine: request.engine.apply(() => 'aurora-postgresql'),
      engineMode: 'provisioned',
      engineVersion: auroraVersion,
      serverlessv2ScalingConfiguration: {
        minCapacity: 0.5,
        maxCapacity: databaseSizes.aurora[settings.size].maxCapacity,
      },
      databaseName,
      masterUsername: ownerRole,
      masterPassword: request.password,
      port,
      dbSubnetGroupName: request.subnetGroup,
      vpcSecurityGroupIds: [request.securityGroupId],
      dbClusterParameterGroupName: parameters.name,
      ...clusterDefaults,
    },
    // The instances upgrade minor versions by themselves.
    { ...options, protect, dependsOn: [logs], ignoreChanges: ['engineVersion'] },
  );
  const instances = Array.from({ length: settings.highAvailability ? 2 : 1 }, (_, index) => {
    return new rds.ClusterInstance(
      `postgres-${index}`,
      {
        identifier: names('dbInstance', `postgres-${index}`),
        clusterIdentifier: cluster.id,
        engine: 'aurora-postgresql',
        engineVersion: cluster.engineVersion,
        instanceClass: 'db.serverless',
        dbSubnetGroupName: request.subnetGroup,
        publiclyAccessible: false,
        applyImmediately: true,
        autoMinorVersionUpgrade,
      },
      { ...options, protect },
    );
  });
  return { host: cluster.endpoint, ready: instances };
}

/** What AWS leaves off unless it is asked for: encryption, backups, protection, no paid Extended Support. */
function serverDefaults({ names, protect, suffix }: AwsScope) {
  return {
    storageEncrypted: true,
    backupRetentionPeriod: protect ? 14 : 1,
    copyTagsToSnapshot: true,
    deletionProtection: protect,
    deleteAutomatedBackups: !protect,
    skipFinalSnapshot: !protect,
    ...(protect && { finalSnapshotIdentifier: pulumi.interpolate`${names('dbSnapshot', 'final')}-${suffix}` }),
    autoMinorVersionUpgrade: true,
    applyImmediately: true,
    enabledCloudwatchLogsExports: ['postgresql'],
    engineLifecycleSupport: 'open-source-rds-extended-support-disabled',
  };
}

/** Made before the server makes it, since that one would keep its lines for ever. */
function createLogGroup({ engine, options, logRetentionDays }: ServerRequest, server: string): pulumi.Resource {
  const name = engine.apply(() => `/aws/rds/${server}/postgresql`);
  return new cloudwatch.LogGroup('postgres-logs', { name, retentionInDays: logRetentionDays }, options);
}
