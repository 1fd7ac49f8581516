import * as rds from '@pulumi/aws/rds';
import * as pulumi from '@pulumi/pulumi';
import type { StackConfig } from '../config';
import { DeploymentError } from '../deployment-error';
import { serverGenerations } from '../restore';
import { createOwnerLogin, createServiceLogin } from '../rotation';
import { databaseName, ownerRole, type PostgresStore } from '../service-env';
import { createAurora } from './aurora-cluster';
import type { AwsScope, InNetwork } from './foundation';
import type { Network } from './network';
import type { ServerPlace } from './postgres-server';
import { postgresPort, postgresVersion } from './postgres-sizes';
import { createInstance } from './rds-instance';
import { createSecurityGroup } from './security-group';

type DatabaseSettings = StackConfig['database'];

/** The Postgres of the stack on AWS: RDS, or Aurora Serverless v2; encrypted, TLS only, in the private subnets. */
export function createPostgres(
  scope: AwsScope,
  network: Network,
  { database: settings, rotation, restore }: Pick<StackConfig, 'database' | 'rotation' | 'restore'>,
): InNetwork<PostgresStore> {
  const { names, options, protect } = scope;
  const group = createSecurityGroup('postgres', { names, network, description: 'Postgres' }, options);
  const subnets = new rds.SubnetGroup(
    'postgres-subnets',
    { name: names('dbSubnetGroup', 'postgres'), subnetIds: network.privateSubnetIds },
    options,
  );
  const owner = createOwnerLogin({ name: 'postgres-owner', user: ownerRole }, rotation, options);
  const service = createServiceLogin('postgres-service', rotation, options);
  const engine = keepEngine(scope, settings.engine);
  const request = {
    ...scope,
    settings,
    engine,
    password: owner.password,
    subnetGroup: subnets.name,
    securityGroupId: group.id,
    parameters: createParameters(scope, { engine, wanted: settings.engine }),
  };
  const createServer = (place: ServerPlace) =>
    settings.engine === 'aurora' ? createAurora(request, place) : createInstance(request, place);
  const { current, previous } = serverGenerations(restore.aws);
  const kept = previous && createServer({ generation: previous, isGuarded: false, after: [] });
  const server = createServer({ generation: current, isGuarded: protect, after: kept?.ready ?? [] });
  return {
    ...server,
    port: postgresPort,
    tls: { mode: 'verify-full', ca: 'amazon-rds' },
    database: databaseName,
    owner,
    service,
    securityGroupId: group.id,
  };
}

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

/** TLS only, in all of the stack's servers. */
function createParameters(
  { names, options }: AwsScope,
  { engine, wanted }: { engine: pulumi.Output<'rds' | 'aurora'>; wanted: DatabaseSettings['engine'] },
): pulumi.Output<string> {
  const [Group, prefix] =
    wanted === 'aurora' ? [rds.ClusterParameterGroup, 'aurora-postgresql'] : [rds.ParameterGroup, 'postgres'];
  const group = new Group(
    'postgres-parameters',
    {
      name: names('dbParameterGroup', 'postgres'),
      family: engine.apply(() => `${prefix}${postgresVersion}`),
      parameters: [{ name: 'rds.force_ssl', value: '1' }],
    },
    options,
  );
  return group.name;
}
