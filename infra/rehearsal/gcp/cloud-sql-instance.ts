import type { sql } from '@pulumi/gcp';
import type { Unwrap } from '@pulumi/pulumi';
import { keepBackups } from '../cloud/backups';
import { type Cloud, table } from '../cloud/cloud';
import { Refusal } from '../cloud/refusal';
import type { Lifecycle, OutputsOf } from '../declare';
import type { StoreSpec } from '../runtime/runtime';
import { cloneOf, instanceHandle, isRecoverable, pastOf } from './cloud-sql-clone';
import { googleResource, keep, projectNumber } from './declare';
import { googleError } from './google-error';
import { findNetwork } from './network';
import { reachableStores, storeHosts } from './private-stores';
import { findConnection, releaseConnection, storeAddress, takePeeredBlock } from './service-networking';

type Args = Unwrap<sql.DatabaseInstanceArgs>;
type Outputs = OutputsOf<sql.DatabaseInstance>;

/** Names of deleted instances, and until when they stay taken. Source: https://docs.cloud.google.com/sql/docs/postgres/delete-instance */
const deletedNames = table<number>('gcp deleted Cloud SQL names');
const weekMs = 7 * 24 * 3_600_000;

/** Postgres listens there whatever is asked; there is no setting and no output of it. */
const postgresPort = 5432;
/** Cloud SQL takes a /24 of the allocated range for each region. Source: https://docs.cloud.google.com/sql/docs/postgres/configure-private-services-access */
const blockPrefix = 24;

export const databaseInstance = googleResource<sql.DatabaseInstance, sql.DatabaseInstanceArgs>({
  token: instanceHandle.token,
  naming: { maxLength: 98, letters: 'lower' },
  replaceOn: [
    'name',
    'project',
    'region',
    'masterInstanceName',
    'encryptionKeyName',
    'settings.ipConfiguration.serverCaPool',
    'settings.diskType',
    'settings.timeZone',
    'settings.collation',
  ],
  defaults: { deletionProtection: true },
  unordered: ['settings.databaseFlags', 'settings.ipConfiguration.authorizedNetworks'],
  writeOnly: ['rootPasswordWo'],
  empty: [
    'availableMaintenanceVersions',
    'dnsName',
    'dnsNames',
    'encryptionKeyName',
    'enforceNewSqlNetworkArchitecture',
    'masterInstanceName',
    'nodeCount',
    'pscServiceAttachmentLink',
    'replicaConfiguration',
    'replicaNames',
    'replicationCluster',
    'serverCaCerts',
    'privateIpAddress',
    'publicIpAddress',
    'firstIpAddress',
    'ipAddresses',
  ],
  seconds: { create: 480, update: 120, delete: 120 },
  id: ({ inputs }) => inputs.name ?? '',
  outputs: ({ inputs, place, seed, previous }) => ({
    ...keep(previous, 'firstIpAddress', 'ipAddresses', 'privateIpAddress', 'publicIpAddress', 'serverCaCerts'),
    connectionName: `${place.project}:${place.region}:${inputs.name}`,
    instanceType: inputs.instanceType ?? 'CLOUD_SQL_INSTANCE',
    maintenanceVersion: inputs.maintenanceVersion ?? `${inputs.databaseVersion}.R20261001.00_00`,
    selfLink: `https://sqladmin.googleapis.com/sql/v1beta4/projects/${place.project}/instances/${inputs.name}`,
    serviceAccountEmailAddress: `p${projectNumber(place.project ?? '')}-${seed.alphanumeric(6)}@gcp-sa-cloud-sql.iam.gserviceaccount.com`,
    settings: settingsOf(inputs),
  }),
  uses: ({ inputs, cloud }) => {
    const network = inputs.settings?.ipConfiguration?.privateNetwork;
    return network === undefined ? [] : [findNetwork(cloud, network), findConnection(cloud, network)];
  },
  unique: ({ inputs, place }) => `Cloud SQL instance ${inputs.name} in ${place.project}`,
  exists: () =>
    googleError(
      409,
      "The Cloud SQL instance already exists. When you delete an instance, you can't reuse the name of the deleted instance until one week from the deletion date.",
      'instanceAlreadyExists',
    ),
  create: startInstance,
  update: async ({ cloud, id, inputs }) => {
    const store = cloud.table(reachableStores).get(id)?.store;
    await keepBackups(cloud, id, { store, on: isRecoverable(inputs) });
  },
  delete: async ({ cloud, entity, id, inputs, place }): Promise<'gone'> => {
    await keepBackups(cloud, id, { store: undefined, on: false });
    await cloud.table(reachableStores).get(id)?.store.stop();
    cloud.table(reachableStores).delete(id);
    cloud.table(deletedNames).set(`${place.project}/${id}`, cloud.clock.now() + weekMs);
    const network = inputs.settings?.ipConfiguration?.privateNetwork;
    if (network !== undefined)
      releaseConnection(cloud, network, `Cloud SQL instance ${entity.id}, deleted not long ago`);
    for (const part of cloud.everything()) {
      const isPart = /^gcp:sql\/(database:Database|user:User)$/.test(part.token) && part.inputs.instance === id;
      if (isPart) cloud.remove(part);
    }
    return 'gone';
  },
});

async function startInstance({ cloud, entity, id, inputs, place, seed }: Lifecycle<Args, Outputs>): Promise<void> {
  if ((cloud.table(deletedNames).get(`${place.project}/${id}`) ?? 0) > cloud.clock.now()) {
    throw new Refusal(
      googleError(
        409,
        `The Cloud SQL instance already exists. When you delete an instance, you can't reuse the name of the deleted instance until one week from the deletion date.`,
        'instanceAlreadyExists',
      ),
    );
  }
  if (!inputs.databaseVersion.startsWith('POSTGRES_')) {
    throw new Refusal(`not simulated: Cloud SQL of databaseVersion ${inputs.databaseVersion}`);
  }
  const ip = inputs.settings?.ipConfiguration;
  const privateAddress =
    ip?.privateNetwork === undefined ? undefined : takeAddress(cloud, ip.privateNetwork, place.region ?? '');
  const publicAddress =
    ip?.ipv4Enabled === false
      ? undefined
      : `34.${seed.integer(200) + 1}.${seed.integer(200, 'c')}.${seed.integer(200, 'd') + 1}`;
  const request = cloneOf(cloud, inputs, place);
  const store = await cloud.runtime.startStore({
    kind: 'postgres',
    version: inputs.databaseVersion.replace('POSTGRES_', '').replace('_', '.'),
    name: id,
    hosts: [privateAddress, publicAddress].filter((address) => address !== undefined),
    port: postgresPort,
    tls: tlsOf(ip?.sslMode),
    // No address and no usable name: clients can check the chain, not the host.
    // Source: https://docs.cloud.google.com/sql/docs/postgres/configure-ssl-instance#server-ca-modes
    certificateNames: [`${place.project}:${id}`],
    administratorsRole: 'cloudsqlsuperuser',
    ...(request && { restoredFrom: pastOf(cloud, request) }),
    ...(inputs.rootPassword !== undefined && { user: 'postgres', password: inputs.rootPassword }),
  });
  await keepBackups(cloud, id, { store, on: isRecoverable(inputs) });
  cloud.table(reachableStores).set(id, {
    store,
    hosts: [privateAddress, publicAddress].filter((address) => address !== undefined),
    port: postgresPort,
    name: `Cloud SQL instance ${id}`,
    ...(ip?.privateNetwork !== undefined && { network: ip.privateNetwork }),
    authorizedRanges: (ip?.authorizedNetworks ?? []).map(({ value }) => value),
  });
  const now = cloud.clock.timestamp();
  entity.outputs = {
    ...entity.outputs,
    privateIpAddress: privateAddress ?? '',
    publicIpAddress: publicAddress ?? '',
    firstIpAddress: publicAddress ?? privateAddress ?? '',
    ipAddresses: [
      ...(publicAddress === undefined ? [] : [{ ipAddress: publicAddress, timeToRetire: '', type: 'PRIMARY' }]),
      ...(privateAddress === undefined ? [] : [{ ipAddress: privateAddress, timeToRetire: '', type: 'PRIVATE' }]),
    ],
    serverCaCerts: [
      {
        cert: store.certificateAuthority,
        commonName: `C=US,O=Google\\, Inc,CN=Google Cloud SQL Server CA,dnQualifier=${seed.uuid()}`,
        createTime: now,
        expirationTime: new Date(cloud.clock.now() + 10 * 365 * 24 * 3_600_000).toISOString(),
        sha1Fingerprint: seed.hex(40, 'ca'),
      },
    ],
  };
}

function takeAddress(cloud: Cloud, network: string, region: string): string {
  const block = takePeeredBlock(cloud, network, { name: `Cloud SQL in ${region} of ${network}`, blockPrefix });
  if (block) return storeAddress(block, storeHosts(cloud));
  throw new Refusal(
    "Error waiting for Create Instance: Failed to create subnetwork. Couldn't find free blocks in allocated IP ranges. Please allocate new ranges for this service provider.",
  );
}

function tlsOf(sslMode: string | undefined): StoreSpec['tls'] {
  switch (sslMode) {
    case 'ENCRYPTED_ONLY':
      return 'required';
    case 'TRUSTED_CLIENT_CERTIFICATE_REQUIRED':
      throw new Refusal('not simulated: settings.ipConfiguration.sslMode TRUSTED_CLIENT_CERTIFICATE_REQUIRED');
    default:
      return 'allowed';
  }
}

/** Settings as the API tells them back, with its defaults. Source: https://docs.cloud.google.com/sql/docs/postgres/instance-settings */
function settingsOf({ databaseVersion, settings }: Args): Outputs['settings'] {
  const given = settings ?? { tier: '' };
  const filled = {
    activationPolicy: 'ALWAYS',
    availabilityType: 'ZONAL',
    connectorEnforcement: 'NOT_REQUIRED',
    deletionProtectionEnabled: false,
    diskAutoresize: true,
    diskAutoresizeLimit: 0,
    diskSize: 10,
    diskType: 'PD_SSD',
    edition: editionOf({ databaseVersion, settings }),
    pricingPlan: 'PER_USE',
    version: 1,
    ...given,
  };
  // The rest of what the typings promise stays out, as no program reads it.
  return filled as unknown as Outputs['settings'];
}

/** From Postgres 16 on ENTERPRISE_PLUS is what one gets without asking. Source: https://docs.cloud.google.com/sql/docs/postgres/editions-intro */
export function editionOf({ databaseVersion, settings }: Pick<Args, 'databaseVersion' | 'settings'>): string {
  if (settings?.edition !== undefined) return settings.edition;
  const major = Number(/^POSTGRES_(\d+)/.exec(databaseVersion)?.[1]);
  return major >= 16 ? 'ENTERPRISE_PLUS' : 'ENTERPRISE';
}
