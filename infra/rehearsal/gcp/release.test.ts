import { pushImage } from '../cloud/registry';
import { accessToken } from './client';
import {
  applySetup,
  createGcpWorld,
  type Mutation,
  mutate,
  project,
  region,
  testMutations,
  text,
} from './testing/setup';
import { digest, imageAddress, otherDigest, releaseSteps, types } from './testing/small-program';

const member = (resource: string, inputs: Record<string, string>): Pick<Mutation, 'resource' | 'add'> => ({
  resource,
  add: { token: 'gcp:projects/iAMMember:IAMMember', name: resource, inputs: { project, ...inputs } },
});

const uptimeCheck = (path: string, period: string): Pick<Mutation, 'resource' | 'add'> => ({
  resource: 'uptime',
  add: {
    token: 'gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig',
    name: 'uptime',
    inputs: {
      displayName: 'orders',
      timeout: '10s',
      period,
      httpCheck: { path, useSsl: true, port: 443 },
      monitoredResource: { type: 'uptime_url', labels: { project_id: project, host: 'orders-abc-ew.a.run.app' } },
    },
  },
});

const mutations: Mutation[] = [
  { rule: 'gcp.iam.api-enabled', what: 'a project without the API', resource: 'account', without: ['iam-api'] },
  { rule: 'gcp.iam.service-account-id', what: '5 characters', resource: 'account', change: { accountId: 'order' } },
  {
    rule: 'gcp.iam.service-account-id',
    what: '31 characters',
    resource: 'account',
    change: { accountId: 'o'.repeat(31) },
  },
  {
    rule: 'gcp.iam.service-account-display-name',
    what: '101 characters',
    resource: 'account',
    change: { displayName: 'o'.repeat(101) },
  },
  {
    rule: 'gcp.iam.member-format',
    what: 'a bare address',
    resource: 'access',
    change: { member: `orders-service@${project}.iam.gserviceaccount.com` },
  },
  {
    rule: 'gcp.iam.member-exists',
    what: 'an account that is not there',
    resource: 'access',
    change: { member: `serviceAccount:nobody@${project}.iam.gserviceaccount.com` },
  },
  {
    rule: 'gcp.iam.role-format',
    what: 'a role without its prefix',
    resource: 'access',
    change: { role: 'secretAccessor' },
  },
  {
    rule: 'gcp.iam.custom-role-exists',
    what: 'an own role that is not there',
    ...member('reader', { role: `projects/${project}/roles/reader`, member: 'user:someone@example.com' }),
  },
  {
    rule: 'gcp.iam.resource-exists',
    what: 'a secret that is not there',
    resource: 'access',
    change: { secretId: 'another' },
  },
  {
    rule: 'gcp.policy.primitive-roles',
    what: 'an account that is editor of the project',
    ...member('editor', {
      role: 'roles/editor',
      member: `serviceAccount:orders-service@${project}.iam.gserviceaccount.com`,
    }),
  },
  {
    rule: 'gcp.secretmanager.api-enabled',
    what: 'a project without the API',
    resource: 'secret',
    without: ['secretmanager-api'],
  },
  { rule: 'gcp.secretmanager.secret-id', what: 'a slash', resource: 'secret', change: { secretId: 'orders/key' } },
  { rule: 'gcp.secretmanager.replication', what: 'no replication', resource: 'secret', change: { replication: {} } },
  { rule: 'gcp.secretmanager.payload', what: 'an empty value', resource: 'version', change: { secretData: '' } },
  {
    rule: 'gcp.secretmanager.payload',
    what: 'over 64 KiB',
    resource: 'version',
    change: { secretData: 'x'.repeat(65_537) },
  },
  {
    rule: 'gcp.secretmanager.secret-exists',
    what: 'a version of nothing',
    resource: 'version',
    change: { secret: 'projects/rehearsal-project/secrets/none' },
  },
  {
    rule: 'gcp.artifactregistry.api-enabled',
    what: 'a project without the API',
    resource: 'images',
    without: ['artifactregistry-api'],
  },
  {
    rule: 'gcp.artifactregistry.repository-id',
    what: 'capitals',
    resource: 'images',
    change: { repositoryId: 'Images' },
  },
  { rule: 'gcp.artifactregistry.format', what: 'an unknown format', resource: 'images', change: { format: 'OCI' } },
  {
    rule: 'gcp.artifactregistry.cleanup-policy',
    what: 'a deletion of the most recent',
    resource: 'images',
    change: { 'cleanupPolicies.0.action': 'DELETE' },
  },
  { rule: 'gcp.logging.bucket-id', what: 'a blank', resource: 'logs', change: { bucketId: 'orders logs' } },
  { rule: 'gcp.logging.retention', what: '3651 days', resource: 'logs', change: { retentionDays: 3_651 } },
  { rule: 'gcp.logging.sink-name', what: '101 characters', resource: 'sink', change: { name: 's'.repeat(101) } },
  {
    rule: 'gcp.logging.sink-destination',
    what: 'a bare bucket',
    resource: 'sink',
    change: { destination: 'orders-logs' },
  },
  {
    rule: 'gcp.logging.sink-bucket',
    what: 'a bucket that is not there',
    resource: 'sink',
    change: { destination: `logging.googleapis.com/projects/${project}/locations/${region}/buckets/none` },
  },
  { rule: 'gcp.labels', what: 'a capital in a value', resource: 'secret', change: { labels: { team: 'Brewing' } } },
  {
    rule: 'gcp.labels',
    what: 'a value of 64 characters',
    resource: 'service',
    change: { labels: { team: 't'.repeat(64) } },
  },
  { rule: 'gcp.monitoring.cloud-run-path', what: '/healthz from outside', ...uptimeCheck('/healthz', '300s') },
  { rule: 'gcp.monitoring.uptime-times', what: 'a period of two minutes', ...uptimeCheck('/health', '120s') },
];

describe('the rules of gcp.iam, gcp.secretmanager, gcp.artifactregistry, gcp.logging and gcp.monitoring', () => {
  testMutations(releaseSteps, mutations);

  test('gcp.secretmanager.deletion-protection keeps a secret', async () => {
    const world = createGcpWorld();
    await applySetup(world, mutate(releaseSteps, { resource: 'secret', change: { deletionProtection: true } }));
    await expect(world.destroy('secret')).rejects.toThrow('[rule gcp.secretmanager.deletion-protection:');
  });

  test('gcp.deletion-policy-prevent keeps anything', async () => {
    const world = createGcpWorld();
    await applySetup(world, mutate(releaseSteps, { resource: 'logs', change: { deletionPolicy: 'PREVENT' } }));
    await expect(world.destroy('logs')).rejects.toThrow('[rule gcp.deletion-policy-prevent:');
  });
});

describe('grants', () => {
  const accessor = { role: 'roles/secretmanager.secretAccessor' };
  const account = `serviceAccount:orders-service@${project}.iam.gserviceaccount.com`;

  test.each([
    ['on the project', member('access', { ...accessor, member: account }).add],
    ['of a role of its own', member('access', { role: `projects/${project}/roles/readSecrets`, member: account }).add],
    [
      'to several',
      {
        token: 'gcp:secretmanager/secretIamBinding:SecretIamBinding',
        name: 'access',
        inputs: { ...accessor, secretId: 'api-key', members: ['user:someone@example.com', account] },
      },
    ],
  ])('%s let a service read its secret', async (_, grant) => {
    const role = {
      token: 'gcp:projects/iAMCustomRole:IAMCustomRole',
      name: 'role',
      inputs: { roleId: 'readSecrets', title: 'reads', permissions: ['secretmanager.versions.access'] },
    };
    const steps = releaseSteps.flatMap((step) => (step.name === 'access' ? [role, grant ?? step] : [step]));
    expect((await applySetup(createGcpWorld(), steps)).service?.uri).toBeDefined();
  });

  test('end with their resource', async () => {
    const world = createGcpWorld();
    const made = await applySetup(world, releaseSteps);
    await world.destroy('access');
    const again = mutate(releaseSteps, {
      resource: 'service',
      change: { 'template.timeout': '61s' },
      without: ['access'],
    });
    await expect(applySetup(world, again)).rejects.toThrow('[rule gcp.run.secret-access:');
    expect(text(made, 'service')).toContain('/services/orders');
  });
});

describe('gcp.secretmanager.SecretVersion', () => {
  test('is numbered onwards, whatever became of the ones before', async () => {
    const world = createGcpWorld();
    const made = await applySetup(
      world,
      releaseSteps.filter(({ name }) => !['service', 'access'].includes(name)),
    );
    await world.destroy('version');
    const next = await world.apply(types.version, 'version', { secret: text(made, 'secret'), secretData: 'another' });
    expect([made.version?.version, next.version]).toEqual(['1', '2']);
  });
});

describe('gcp.artifactregistry.Repository', () => {
  const login = { username: 'oauth2accesstoken', password: accessToken(project) };

  test.each([
    ['a stranger', { reference: `${imageAddress}:new`, login: undefined }, 'uploadArtifacts'],
    [
      'another image under a tag that is taken',
      { reference: `${imageAddress}:${otherDigest.slice(7, 12)}`, login },
      'immutable',
    ],
  ])('refuses a push of %s', async (_, push, words) => {
    const world = createGcpWorld();
    await applySetup(world, releaseSteps);
    expect(() => pushImage(world.cloud, { ...push, digest, platform: 'linux/amd64' })).toThrow(words);
  });
});
