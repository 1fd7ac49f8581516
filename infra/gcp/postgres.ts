import type * as pulumi from '@pulumi/pulumi';
import type { StackConfig } from '../config';
import { serverGenerations } from '../restore';
import { createOwnerLogin, createServiceLogin } from '../rotation';
import { databaseName, ownerRole, type PostgresStore } from '../service-env';
import { caText } from './ca-text';
import type { GcpScope, InNetwork } from './foundation';
import type { Network } from './network';
import { createServer } from './postgres-server';

/** The Postgres of the stack on Google Cloud: Cloud SQL, TLS only, on the network's private side. */
export function createPostgres(
  scope: GcpScope,
  network: Network,
  { database: settings, rotation, restore }: Pick<StackConfig, 'database' | 'rotation' | 'restore'>,
): InNetwork<PostgresStore> & { serverName: pulumi.Output<string> } {
  const { options, protect } = scope;
  const owner = createOwnerLogin({ name: 'postgres-owner', user: ownerRole }, rotation, options);
  const service = createServiceLogin('postgres-service', rotation, options);
  const request = { ...scope, network, settings, owner };
  const { current, previous } = serverGenerations(restore.gcp);
  const kept = previous && createServer(request, { generation: previous, isGuarded: false, after: [] });
  const { instance, ready } = createServer(request, {
    generation: current,
    isGuarded: protect,
    after: kept?.ready ?? [],
  });
  return {
    host: instance.privateIpAddress,
    port: 5432,
    // The certificate names the instance, not its address: only the chain can be checked.
    tls: { mode: 'verify-ca', ca: caText(instance.serverCaCerts) },
    database: databaseName,
    owner,
    service,
    ready,
    serverName: instance.name,
  };
}
