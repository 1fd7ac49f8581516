import * as rds from '@pulumi/aws/rds';
import { databaseName, ownerRole } from '../service-env';
import { createLogGroup, type Server, type ServerPlace, type ServerRequest, serverDefaults } from './postgres-server';
import { auroraVersion, databaseSizes, postgresPort } from './postgres-sizes';

/** A cluster of Aurora Serverless v2, with an instance in a second zone by setting. */
export function createAurora(request: ServerRequest, place: ServerPlace): Server {
  const { names, options, settings } = request;
  const { part, restoredFrom } = place.generation;
  const clusterIdentifier = names('dbInstance', part);
  const logs = createLogGroup(request, { part, server: `cluster/${clusterIdentifier}` });
  const { autoMinorVersionUpgrade, ...clusterDefaults } = serverDefaults(request, place);
  const cluster = new rds.Cluster(
    part,
    {
      clusterIdentifier,
      engine: request.engine.apply(() => 'aurora-postgresql'),
      engineMode: 'provisioned',
      engineVersion: auroraVersion,
      serverlessv2ScalingConfiguration: {
        minCapacity: 0.5,
        maxCapacity: databaseSizes.aurora[settings.size].maxCapacity,
      },
      // A restored one has the database and the user of the other.
      ...(restoredFrom === undefined
        ? { databaseName, masterUsername: ownerRole }
        : {
            restoreToPointInTime: {
              sourceClusterIdentifier: names('dbInstance', restoredFrom.part),
              restoreToTime: restoredFrom.at,
            },
          }),
      masterPassword: request.password,
      port: postgresPort,
      dbSubnetGroupName: request.subnetGroup,
      vpcSecurityGroupIds: [request.securityGroupId],
      dbClusterParameterGroupName: request.parameters,
      ...clusterDefaults,
    },
    {
      ...options,
      protect: place.isGuarded,
      dependsOn: [logs, ...place.after],
      ignoreChanges: [
        // The instances upgrade minor versions by themselves.
        'engineVersion',
        // Where it came from is past: another moment in the settings must not replace it.
        ...(restoredFrom ? ['restoreToPointInTime'] : []),
      ],
    },
  );
  const instances = Array.from({ length: settings.highAvailability ? 2 : 1 }, (_, index) => {
    return new rds.ClusterInstance(
      `${part}-${index}`,
      {
        identifier: names('dbInstance', `${part}-${index}`),
        clusterIdentifier: cluster.id,
        engine: 'aurora-postgresql',
        engineVersion: cluster.engineVersion,
        instanceClass: 'db.serverless',
        dbSubnetGroupName: request.subnetGroup,
        publiclyAccessible: false,
        applyImmediately: true,
        autoMinorVersionUpgrade,
      },
      { ...options, protect: place.isGuarded },
    );
  });
  return { host: cluster.endpoint, ready: instances };
}
