import * as rds from '@pulumi/aws/rds';
import { databaseName, ownerRole } from '../service-env';
import { createLogGroup, type Server, type ServerPlace, type ServerRequest, serverDefaults } from './postgres-server';
import { databaseSizes, postgresPort, postgresVersion } from './postgres-sizes';

/** A server of RDS for PostgreSQL. */
export function createInstance(request: ServerRequest, place: ServerPlace): Server {
  const { names, options, settings } = request;
  const { part, restoredFrom } = place.generation;
  const identifier = names('dbInstance', part);
  const logs = createLogGroup(request, { part, server: `instance/${identifier}` });
  const instance = new rds.Instance(
    part,
    {
      identifier,
      engine: request.engine.apply(() => 'postgres'),
      engineVersion: postgresVersion,
      instanceClass: databaseSizes.rds[settings.size].instanceClass,
      allocatedStorage: 20,
      maxAllocatedStorage: 200,
      storageType: 'gp3',
      multiAz: settings.highAvailability,
      // A restored one has the database and the user of the other.
      ...(restoredFrom === undefined
        ? { dbName: databaseName, username: ownerRole }
        : {
            restoreToPointInTime: {
              sourceDbInstanceIdentifier: names('dbInstance', restoredFrom.part),
              restoreTime: restoredFrom.at,
            },
          }),
      password: request.password,
      port: postgresPort,
      dbSubnetGroupName: request.subnetGroup,
      vpcSecurityGroupIds: [request.securityGroupId],
      publiclyAccessible: false,
      parameterGroupName: request.parameters,
      ...serverDefaults(request, place),
    },
    {
      ...options,
      protect: place.isGuarded,
      dependsOn: [logs, ...place.after],
      // Where it came from is past: another moment in the settings must not replace it.
      ...(restoredFrom && { ignoreChanges: ['restoreToPointInTime'] }),
    },
  );
  return { host: instance.address, ready: [instance] };
}
