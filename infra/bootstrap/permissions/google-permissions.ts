import { googleMonitoringPermissions } from './google-monitoring';

/**
 * What a resource type asks of Google Cloud, as IAM permissions. Unverified until a real run.
 * Source of all names: https://docs.cloud.google.com/iam/docs/permissions-reference; of what a call needs: the API's own page.
 */
export type GooglePermission = {
  source: string;
  read: readonly string[];
  write: readonly string[];
  /**
   * Roles on the billing account, which is above every project: a project's own role cannot be given there, so that its
   * administrator gives these by hand. Source: https://docs.cloud.google.com/billing/docs/how-to/custom-roles
   */
  onBillingAccount?: { read: string; write: string };
};

const rest = (path: string) => `https://docs.cloud.google.com/${path}`;
const all = (resource: string, ...verbs: readonly string[]) => verbs.map((verb) => `${resource}.${verb}`);
const compute = rest('compute/docs/access/iam-permissions');
const sql = rest('sql/docs/postgres/iam-permissions');
const run = rest('run/docs/reference/iam/permissions');
const secrets = rest('secret-manager/docs/access-control');
const logging = rest('logging/docs/access-control');

/** By type token. */
export const googlePermissions: Readonly<Record<string, GooglePermission>> = {
  ...googleMonitoringPermissions,
  'gcp:artifactregistry/repository:Repository': {
    source: rest('artifact-registry/docs/access-control'),
    read: [
      ...all('artifactregistry.repositories', 'get', 'list', 'getIamPolicy', 'downloadArtifacts'),
      ...all('artifactregistry.dockerimages', 'get', 'list'),
    ],
    write: all('artifactregistry.repositories', 'create', 'update', 'delete', 'uploadArtifacts'),
  },
  'gcp:cloudrunv2/service:Service': {
    source: run,
    read: [
      ...all('run.services', 'get', 'list', 'getIamPolicy'),
      ...all('run.revisions', 'get', 'list'),
      ...all('run.operations', 'get', 'list'),
    ],
    // Without the invoker check a service is open to all, which Google takes for a change of its policy.
    write: [...all('run.services', 'create', 'update', 'delete', 'setIamPolicy'), 'iam.serviceAccounts.actAs'],
  },
  'gcp:cloudrunv2/job:Job': {
    source: run,
    read: [...all('run.jobs', 'get', 'list'), ...all('run.executions', 'get', 'list'), 'run.operations.get'],
    write: [...all('run.jobs', 'create', 'update', 'delete', 'run'), 'iam.serviceAccounts.actAs'],
  },
  'gcp:compute/globalAddress:GlobalAddress': {
    source: compute,
    read: [...all('compute.globalAddresses', 'get', 'list'), 'compute.globalOperations.get'],
    write: [...all('compute.globalAddresses', 'createInternal', 'deleteInternal', 'setLabels'), 'compute.networks.use'],
  },
  'gcp:compute/network:Network': {
    source: compute,
    read: [...all('compute.networks', 'get', 'list'), 'compute.globalOperations.get'],
    write: all('compute.networks', 'create', 'update', 'delete', 'updatePolicy'),
  },
  'gcp:compute/subnetwork:Subnetwork': {
    source: compute,
    read: [...all('compute.subnetworks', 'get', 'list'), 'compute.regionOperations.get'],
    write: [
      ...all('compute.subnetworks', 'create', 'update', 'delete', 'use', 'setPrivateIpGoogleAccess'),
      'compute.networks.updatePolicy',
    ],
  },
  'gcp:logging/projectBucketConfig:ProjectBucketConfig': {
    source: logging,
    read: [...all('logging.buckets', 'get', 'list'), ...all('logging.locations', 'get', 'list')],
    write: all('logging.buckets', 'create', 'update', 'delete', 'undelete'),
  },
  'gcp:logging/projectSink:ProjectSink': {
    source: logging,
    read: all('logging.sinks', 'get', 'list'),
    write: all('logging.sinks', 'create', 'update', 'delete'),
  },
  'gcp:projects/service:Service': {
    source: rest('service-usage/docs/access-control'),
    read: [...all('serviceusage.services', 'get', 'list'), 'resourcemanager.projects.get'],
    write: all('serviceusage.services', 'enable', 'use'),
  },
  'gcp:redis/instance:Instance': {
    source: rest('memorystore/docs/redis/access-control'),
    read: [...all('redis.instances', 'get', 'list', 'getAuthString'), ...all('redis.operations', 'get', 'list')],
    write: [...all('redis.instances', 'create', 'update', 'updateAuth', 'delete'), 'compute.networks.use'],
  },
  'gcp:secretmanager/secret:Secret': {
    source: secrets,
    read: all('secretmanager.secrets', 'get', 'list'),
    write: all('secretmanager.secrets', 'create', 'update', 'delete'),
  },
  'gcp:secretmanager/secretIamMember:SecretIamMember': {
    source: secrets,
    read: ['secretmanager.secrets.getIamPolicy'],
    write: ['secretmanager.secrets.setIamPolicy'],
  },
  'gcp:secretmanager/secretVersion:SecretVersion': {
    source: secrets,
    // The provider compares the value itself, so that looking for drift is reading secrets.
    read: all('secretmanager.versions', 'get', 'list', 'access'),
    write: all('secretmanager.versions', 'add', 'enable', 'disable', 'destroy'),
  },
  'gcp:serviceaccount/account:Account': {
    source: rest('iam/docs/service-account-permissions'),
    read: all('iam.serviceAccounts', 'get', 'list'),
    write: all('iam.serviceAccounts', 'create', 'update', 'delete', 'enable', 'disable'),
  },
  'gcp:servicenetworking/connection:Connection': {
    source: rest('service-infrastructure/docs/service-networking/access-control'),
    read: ['servicenetworking.services.get', 'servicenetworking.operations.get', 'compute.networks.get'],
    write: [
      ...all('servicenetworking.services', 'addPeering', 'deleteConnection'),
      ...all('compute.networks', 'addPeering', 'updatePeering', 'removePeering'),
    ],
  },
  'gcp:sql/databaseInstance:DatabaseInstance': {
    source: sql,
    read: [...all('cloudsql.instances', 'get', 'list'), ...all('cloudsql.backupRuns', 'get', 'list')],
    write: [...all('cloudsql.instances', 'create', 'update', 'restart', 'delete'), 'cloudsql.backupRuns.create'],
  },
  'gcp:sql/database:Database': {
    source: sql,
    read: all('cloudsql.databases', 'get', 'list'),
    write: all('cloudsql.databases', 'create', 'update', 'delete'),
  },
  'gcp:sql/user:User': {
    source: sql,
    read: all('cloudsql.users', 'get', 'list'),
    write: all('cloudsql.users', 'create', 'update', 'delete'),
  },
};

/** The permissions of a custom role for these types, each once. */
export function listPermissions(permissions: readonly GooglePermission[], use: 'read' | 'write'): string[] {
  const wanted = permissions.flatMap(({ read, write }) => (use === 'read' ? read : [...read, ...write]));
  return [...new Set(wanted)].sort();
}
