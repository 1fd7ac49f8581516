import { pushImage } from '../../cloud/registry';
import { accessToken } from '../client';
import { project, region, type Step, text } from './setup';

/** A right program of every kind of resource, small: what each mutation breaks in one place. */
export const digest = `sha256:${'a'.repeat(64)}`;
export const otherDigest = `sha256:${'b'.repeat(64)}`;
export const imageAddress = `${region}-docker.pkg.dev/${project}/images/app`;

const types = {
  api: 'gcp:projects/service:Service',
  network: 'gcp:compute/network:Network',
  subnetwork: 'gcp:compute/subnetwork:Subnetwork',
  address: 'gcp:compute/globalAddress:GlobalAddress',
  connection: 'gcp:servicenetworking/connection:Connection',
  repository: 'gcp:artifactregistry/repository:Repository',
  account: 'gcp:serviceaccount/account:Account',
  secret: 'gcp:secretmanager/secret:Secret',
  version: 'gcp:secretmanager/secretVersion:SecretVersion',
  secretMember: 'gcp:secretmanager/secretIamMember:SecretIamMember',
  sql: 'gcp:sql/databaseInstance:DatabaseInstance',
  database: 'gcp:sql/database:Database',
  user: 'gcp:sql/user:User',
  redis: 'gcp:redis/instance:Instance',
  job: 'gcp:cloudrunv2/job:Job',
  service: 'gcp:cloudrunv2/service:Service',
  bucket: 'gcp:logging/projectBucketConfig:ProjectBucketConfig',
  sink: 'gcp:logging/projectSink:ProjectSink',
} as const;

export { types };

const apis = ['artifactregistry', 'compute', 'iam', 'redis', 'run', 'secretmanager', 'servicenetworking', 'sqladmin'];

const apiSteps = apis.map(
  (api): Step => ({ token: types.api, name: `${api}-api`, inputs: { service: `${api}.googleapis.com` } }),
);

export const networkSteps: readonly Step[] = [
  ...apiSteps,
  { token: types.network, name: 'network', inputs: { name: 'main', autoCreateSubnetworks: false } },
  {
    token: types.subnetwork,
    name: 'egress',
    inputs: (made) => ({ name: 'egress', network: text(made, 'network'), region, ipCidrRange: '10.30.0.0/26' }),
  },
  {
    token: types.address,
    name: 'range',
    inputs: (made) => ({
      name: 'services',
      network: text(made, 'network'),
      purpose: 'VPC_PEERING',
      addressType: 'INTERNAL',
      prefixLength: 20,
    }),
  },
  {
    token: types.connection,
    name: 'peering',
    inputs: (made) => ({
      network: text(made, 'network'),
      service: 'servicenetworking.googleapis.com',
      reservedPeeringRanges: [text(made, 'range', 'name')],
    }),
  },
];

export const storeSteps: readonly Step[] = [
  ...networkSteps,
  {
    token: types.sql,
    name: 'postgres',
    inputs: (made) => ({
      name: 'orders',
      databaseVersion: 'POSTGRES_17',
      region,
      deletionProtection: false,
      settings: {
        edition: 'ENTERPRISE',
        tier: 'db-custom-2-7680',
        availabilityType: 'REGIONAL',
        backupConfiguration: { enabled: true, pointInTimeRecoveryEnabled: true },
        ipConfiguration: { ipv4Enabled: false, privateNetwork: text(made, 'network'), sslMode: 'ENCRYPTED_ONLY' },
      },
    }),
  },
  {
    token: types.database,
    name: 'database',
    inputs: (made) => ({ name: 'orders', instance: text(made, 'postgres', 'name') }),
  },
  {
    token: types.user,
    name: 'owner',
    inputs: (made) => ({ name: 'owner', instance: text(made, 'postgres', 'name'), password: 'secret-word' }),
  },
  {
    token: types.redis,
    name: 'cache',
    inputs: (made) => ({
      name: 'cache',
      region,
      tier: 'BASIC',
      memorySizeGb: 1,
      redisVersion: 'REDIS_7_2',
      authorizedNetwork: text(made, 'network'),
      connectMode: 'PRIVATE_SERVICE_ACCESS',
      authEnabled: true,
      transitEncryptionMode: 'SERVER_AUTHENTICATION',
    }),
  },
];

export const releaseSteps: readonly Step[] = [
  ...networkSteps,
  {
    token: types.repository,
    name: 'images',
    inputs: {
      repositoryId: 'images',
      location: region,
      format: 'DOCKER',
      dockerConfig: { immutableTags: true },
      cleanupPolicies: [
        { id: 'keep', action: 'KEEP', mostRecentVersions: { keepCount: 5 } },
        { id: 'delete', action: 'DELETE', condition: { tagState: 'ANY', olderThan: '86400s' } },
      ],
    },
    after: ({ cloud }) => {
      for (const pushed of [digest, otherDigest]) {
        pushImage(cloud, {
          reference: `${imageAddress}:${pushed.slice(7, 12)}`,
          digest: pushed,
          platform: 'linux/amd64',
          login: { username: 'oauth2accesstoken', password: accessToken(project) },
        });
      }
    },
  },
  { token: types.account, name: 'account', inputs: { accountId: 'orders-service' } },
  { token: types.secret, name: 'secret', inputs: { secretId: 'api-key', replication: { auto: {} } } },
  { token: types.version, name: 'version', inputs: (made) => ({ secret: text(made, 'secret'), secretData: 'a-word' }) },
  {
    token: types.secretMember,
    name: 'access',
    inputs: (made) => ({
      secretId: text(made, 'secret'),
      role: 'roles/secretmanager.secretAccessor',
      member: text(made, 'account', 'member'),
    }),
  },
  {
    token: types.job,
    name: 'migration',
    inputs: (made) => ({
      name: 'migration',
      location: region,
      deletionProtection: false,
      template: {
        template: {
          serviceAccount: text(made, 'account', 'email'),
          maxRetries: 1,
          timeout: '300s',
          containers: [
            {
              image: `${imageAddress}@${digest}`,
              args: ['migrate'],
              resources: { limits: { cpu: '1', memory: '512Mi' } },
            },
          ],
        },
      },
    }),
  },
  {
    token: types.service,
    name: 'service',
    inputs: (made) => ({
      name: 'orders',
      location: region,
      deletionProtection: false,
      invokerIamDisabled: true,
      template: {
        serviceAccount: text(made, 'account', 'email'),
        executionEnvironment: 'EXECUTION_ENVIRONMENT_GEN2',
        maxInstanceRequestConcurrency: 80,
        scaling: { minInstanceCount: 1, maxInstanceCount: 3 },
        timeout: '60s',
        vpcAccess: {
          egress: 'PRIVATE_RANGES_ONLY',
          networkInterfaces: [{ network: text(made, 'network'), subnetwork: text(made, 'egress') }],
        },
        containers: [
          {
            image: `${imageAddress}@${digest}`,
            ports: { containerPort: 8080 },
            envs: [
              { name: 'COLOUR', value: 'amber' },
              {
                name: 'API_KEY',
                valueSource: {
                  secretKeyRef: { secret: text(made, 'secret', 'secretId'), version: text(made, 'version', 'version') },
                },
              },
            ],
            resources: { limits: { cpu: '1', memory: '512Mi' }, cpuIdle: true },
            startupProbe: { httpGet: { path: '/startup' }, periodSeconds: 2, timeoutSeconds: 1, failureThreshold: 5 },
            livenessProbe: { httpGet: { path: '/health' }, periodSeconds: 3_600, timeoutSeconds: 3 },
          },
        ],
      },
      traffics: [{ type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST', percent: 100 }],
    }),
  },
  {
    token: types.bucket,
    name: 'logs',
    inputs: { project, location: region, bucketId: 'orders-logs', retentionDays: 30 },
  },
  {
    token: types.sink,
    name: 'sink',
    inputs: (made) => ({
      name: 'orders-logs',
      destination: `logging.googleapis.com/${text(made, 'logs')}`,
      filter: 'severity>=INFO',
    }),
  },
];
