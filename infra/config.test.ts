import * as pulumi from '@pulumi/pulumi';
import { loadStackConfig, StackConfigError } from './config';
import { targets } from './targets';
import { providerConfig, setStackConfig } from './testing/deploy-under-mocks';
import { mockClouds } from './testing/mock-clouds';

beforeAll(() => mockClouds({ project: 'taproom', stack: 'dev' }));

const targetNames = Object.keys(targets).join(', ');
const valid = { ...providerConfig, 'taproom:targets': ['app-runner', 'cloud-run'] };
const digest = `sha256:${'a'.repeat(64)}`;

function load(config: Record<string, unknown>) {
  setStackConfig(config);
  return loadStackConfig();
}

/** The problems with a valid stack in which these settings are other ones; undefined takes one away. */
function problemsOf(settings: Record<string, unknown>): readonly string[] {
  const merged = Object.entries({ ...valid, ...settings }).filter(([, value]) => value !== undefined);
  try {
    load(Object.fromEntries(merged));
  } catch (error) {
    if (error instanceof StackConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('loadStackConfig', () => {
  test('fills in every default', () => {
    const { targets, identity, providers, ...rest } = load(valid);
    expect(targets.map(({ name, settings }) => ({ name, settings }))).toEqual([
      { name: 'app-runner', settings: { maxConcurrency: 100 } },
      { name: 'cloud-run', settings: { maxConcurrency: 80 } },
    ]);
    expect(identity).toEqual({ project: 'taproom', stack: 'dev' });
    expect(providers).toEqual({
      aws: { region: 'us-east-1' },
      gcp: { project: 'my-project-123', region: 'us-central1' },
    });
    expect(rest).toMatchObject({
      companyName: 'My Company',
      service: { cpu: 0.25, memoryMiB: 512, minInstances: 1, maxInstances: 2 },
      database: { engine: 'rds', size: 'small', highAvailability: false },
      cache: 'managed',
      registries: 'stack',
      imageDigest: '',
      protect: false,
    });
  });

  test('fills in the rest of an object that is given in part', () => {
    expect(load({ ...valid, 'taproom:service': { maxInstances: 1 } }).service).toEqual({
      cpu: 0.25,
      memoryMiB: 512,
      minInstances: 1,
      maxInstances: 1,
    });
  });

  test('reads a text that looks like a number as the text that it is', () => {
    expect(load({ ...valid, 'taproom:companyName': '42' }).companyName).toBe('42');
  });

  test('needs the settings of a cloud only for its targets', () => {
    expect(load({ 'taproom:targets': ['app-runner'], 'aws:region': 'us-east-1' }).providers).toEqual({
      aws: { region: 'us-east-1' },
    });
    expect(
      load({ 'taproom:targets': ['cloud-run'], 'gcp:project': 'my-project-123', 'gcp:region': 'europe-west1' })
        .providers,
    ).toEqual({ gcp: { project: 'my-project-123', region: 'europe-west1' } });
  });

  test('keeps the settings of a target that is not enabled, for when it is again', () => {
    expect(
      problemsOf({ 'taproom:targets': ['cloud-run'], 'taproom:settings': { 'app-runner': { maxConcurrency: 10 } } }),
    ).toEqual([]);
  });

  test.each<[Record<string, unknown>, string]>([
    [{ 'taproom:targets': undefined }, `taproom:targets must name at least one of ${targetNames}`],
    [{ 'taproom:targets': [] }, `taproom:targets must name at least one of ${targetNames}`],
    [{ 'taproom:targets': 'app-runner' }, 'taproom:targets must be a list'],
    [{ 'taproom:targets': ['cloud-run', 'heroku'] }, `taproom:targets[1] must be one of ${targetNames}`],
    [{ 'taproom:targets': ['cloud-run', 'cloud-run'] }, 'taproom:targets[1] is cloud-run again: name each target once'],
    [{ 'taproom:companyName': 'x'.repeat(201) }, 'taproom:companyName must have at most 200 characters'],
    [{ 'taproom:service': { memoryMiB: 128 } }, 'taproom:service.memoryMiB must be at least 256'],
    [{ 'taproom:service': { memoryMiB: 512.5 } }, 'taproom:service.memoryMiB must be a whole number'],
    [{ 'taproom:service': { cpu: 'one' } }, 'taproom:service.cpu must be a number'],
    [
      { 'taproom:service': { memory: 512 } },
      'taproom:service.memory is not a setting: taproom:service has cpu, memoryMiB, minInstances, maxInstances',
    ],
    [{ 'taproom:service': 'big' }, 'taproom:service must be an object'],
    [
      { 'taproom:service': { minInstances: 3 } },
      'taproom:service.minInstances must be at most taproom:service.maxInstances, which is 2',
    ],
    [
      { 'taproom:service': { minInstances: 0 } },
      'app-runner: taproom:service.minInstances must be at least 1: it does not scale to zero',
    ],
    [
      { 'taproom:targets': ['app-runner'], 'taproom:service': { cpu: 8 } },
      'app-runner: taproom:service must be at most 4 vCPU (cpu) and 12288 MiB (memoryMiB)',
    ],
    [
      { 'taproom:targets': ['ecs-express'], 'taproom:service': { minInstances: 0 } },
      'ecs-express: taproom:service.minInstances must be at least 1: it does not scale to zero',
    ],
    [
      { 'taproom:targets': ['ecs-express'], 'taproom:service': { cpu: 1, memoryMiB: 9_000 } },
      'ecs-express: taproom:service must be at most 4 vCPU (cpu) and 8192 MiB (memoryMiB)',
    ],
    [
      { 'taproom:targets': ['ecs-express'], 'taproom:settings': { 'ecs-express': { cpuTarget: 91 } } },
      'taproom:settings.ecs-express.cpuTarget must be at most 90',
    ],
    [
      { 'taproom:targets': ['ecs-fargate'], 'taproom:settings': { 'ecs-fargate': { cpuTarget: 10 } } },
      'taproom:settings.ecs-fargate.cpuTarget must be at least 20',
    ],
    [
      { 'taproom:targets': ['ecs-express'], 'taproom:settings': { 'ecs-express': { cpuTarget: 10 } } },
      'taproom:settings.ecs-express.cpuTarget must be at least 20',
    ],
    [
      {
        'taproom:targets': ['ecs-express'],
        'taproom:domain': { aws: { name: 'api.example.com', zone: 'example.com' } },
      },
      'ecs-express: taproom:domain.aws must not be set: it answers under on.aws only; ecs-fargate takes a domain',
    ],
    [
      { 'taproom:targets': ['cloud-run'], 'taproom:service': { memoryMiB: 40_000 } },
      'cloud-run: taproom:service must be at most 8 vCPU (cpu) and 32768 MiB (memoryMiB)',
    ],
    [
      { 'taproom:targets': ['cloud-run'], 'taproom:service': { maxInstances: 4 } },
      'taproom:service.maxInstances must be at most 3 for a small database on gcp: 4 need 31 connections ' +
        '(targets: 1, pool: 2, old and new at a roll-out), and it allows 25; or choose a larger taproom:database.size',
    ],
    [{ 'taproom:database': { engine: 'mysql' } }, 'taproom:database.engine must be one of rds, aurora'],
    [{ 'taproom:database': { size: 'huge' } }, 'taproom:database.size must be one of small, medium, large'],
    [{ 'taproom:database': { highAvailability: 'yes' } }, 'taproom:database.highAvailability must be true or false'],
    [{ 'taproom:cache': 'redis' }, 'taproom:cache must be one of managed, none'],
    [
      { 'taproom:settings': { heroku: {} } },
      `taproom:settings.heroku is not a setting: taproom:settings has ${targetNames}`,
    ],
    [
      { 'taproom:settings': { 'app-runner': { maxConcurrency: 500 } } },
      'taproom:settings.app-runner.maxConcurrency must be at most 200',
    ],
    [
      { 'taproom:settings': { 'cloud-run': { spot: true } } },
      'taproom:settings.cloud-run.spot is not a setting: taproom:settings.cloud-run has maxConcurrency',
    ],
    [{ 'taproom:domain': { aws: { name: 'api.example.com' } } }, 'taproom:domain.aws.zone must be set'],
    [{ 'taproom:domain': { azure: {} } }, 'taproom:domain.azure is not a setting: taproom:domain has aws, gcp'],
    [
      { 'taproom:domain': { aws: { name: 'api.example.com', zone: 'example.com' } } },
      'app-runner: taproom:domain.aws must not be set: it answers under awsapprunner.com only',
    ],
    [
      { 'taproom:domain': { gcp: { name: 'api.example.com', zone: 'example-com' } } },
      'cloud-run: taproom:domain.gcp must not be set: it answers under run.app only',
    ],
    [
      { 'taproom:registries': 'shared' },
      'taproom:registries must be stack, or an object with a repository for each cloud: {aws, gcp}',
    ],
    [
      { 'taproom:registries': { aws: 'docker.io/library/node' } },
      'taproom:registries.aws must be ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME, without a tag',
    ],
    [
      { 'taproom:registries': { aws: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/taproom' } },
      'taproom:registries.aws must be in aws:region, which is us-east-1',
    ],
    [
      { 'taproom:registries': { gcp: 'us-docker.pkg.dev/project/repository/image:latest' } },
      'taproom:registries.gcp must be LOCATION-docker.pkg.dev/PROJECT/REPOSITORY/IMAGE, without a tag',
    ],
    [{ 'taproom:imageDigest': 'latest' }, 'taproom:imageDigest must be sha256: and 64 hexadecimal digits, or empty'],
    [
      { 'taproom:build': { runtimeImage: 'node:24' } },
      'taproom:build.runtimeImage must be an image with its digest, NAME@sha256:..., or empty',
    ],
    [{ 'taproom:zones': { aws: ['use1-az1'] } }, 'taproom:zones.aws must have at least 2 entries'],
    [
      { 'taproom:zones': { gcp: ['us-central1-a', 'us-central1-b'] } },
      'taproom:zones.gcp must not be set: regional resources choose their zones',
    ],
    [
      { 'taproom:targets': ['docker'], 'taproom:alerts': { enabled: true, email: 'me@example.com' } },
      'taproom:alerts.enabled must be false with the target docker, which has no alarms',
    ],
    [
      { 'taproom:alerts': { enabled: true } },
      'taproom:alerts must have an email or a webhook while taproom:alerts.enabled is true: somebody must be told',
    ],
    [
      { 'taproom:alerts': { email: 'me' } },
      'taproom:alerts.email must be an address, such as alerts@example.com, or empty',
    ],
    [
      { 'taproom:alerts': { webhook: 'http://example.com/hook' } },
      'taproom:alerts.webhook must be an address that begins with https://, or empty',
    ],
    [{ 'taproom:alerts': { monthlyBudget: 0 } }, 'taproom:alerts.monthlyBudget must be at least 1'],
    [
      { 'taproom:rotation': { databaseLogin: 2, lockedDatabaseLogin: 2 } },
      'taproom:rotation.lockedDatabaseLogin must be less than taproom:rotation.databaseLogin, which is 2: that one is in use',
    ],
    [
      { 'taproom:rotation': { retiredApiKey: 1 } },
      'taproom:rotation.retiredApiKey must be less than taproom:rotation.apiKey, which is 1: that one is in use',
    ],
    [
      { 'taproom:restore': { gcp: { server: 2, at: '2026-11-21T09:30:00Z', droppedServer: 2 } } },
      'taproom:restore.gcp.droppedServer must be less than taproom:restore.gcp.server, which is 2: that one is in use',
    ],
    [
      { 'taproom:restore': { aws: { server: 2, at: 'yesterday' } } },
      'taproom:restore.aws.at must be a time in UTC, such as 2026-11-21T09:30:00Z',
    ],
    [
      { 'taproom:restore': { aws: { server: 3, at: '2026-11-21T09:30:00Z' } } },
      'taproom:restore.aws.droppedServer must be at least 1: one server is kept beside the one in use',
    ],
    [
      { 'taproom:restore': { aws: { server: 1, at: '2026-11-21T09:30:00Z' } } },
      'taproom:restore.aws.server must be at least 2',
    ],
    [
      { 'taproom:alerts': { billingAccount: 'mine' } },
      "taproom:alerts.billingAccount must be a billing account's id, such as 012345-567890-ABCDEF, or empty",
    ],
    [{ 'taproom:protect': 'yes' }, 'taproom:protect must be true or false'],
    [
      { 'taproom:colour': 'red' },
      'taproom:colour is not a setting: taproom has targets, companyName, service, database, cache, settings, domain, ' +
        'registries, imageDigest, build, zones, alerts, rotation, restore, protect, permissionsBoundary',
    ],
    [{ 'aws:region': undefined }, 'aws:region must be set'],
    [{ 'aws:region': 'Virginia' }, 'aws:region must be a region, such as us-east-1'],
    [
      { 'aws:skipCredentialsValidation': 'true' },
      'aws:skipCredentialsValidation is not a setting: aws has region, profile, allowedAccountIds',
    ],
    [{ 'gcp:project': undefined }, 'gcp:project must be set'],
    [{ 'gcp:project': 'My Project' }, "gcp:project must be a project's id, such as my-project-1234"],
    [{ 'gcp:region': undefined }, 'gcp:region must be set'],
  ])('refuses %j', (settings, problem) => {
    expect(problemsOf(settings)).toEqual([problem]);
  });

  test('tells all problems at once, and never a value', () => {
    const problems = problemsOf({
      'taproom:targets': ['app-runner', 'heroku'],
      'taproom:service': { minInstances: 0 },
      'taproom:database': { size: 'huge', engine: 'mysql' },
      'aws:region': undefined,
      'taproom:imageDigest': 'hunter2-hunter2',
    });
    expect(problems).toHaveLength(6);
    expect(problems.join()).not.toContain('hunter2');
  });

  test('tells more problems than the validator keeps by default', () => {
    const tooMany = Array.from({ length: 20 }, (_, index) => `heroku-${index}`);
    expect(problemsOf({ 'taproom:targets': tooMany })).toHaveLength(20);
  });

  test('accepts every setting of the table', () => {
    expect(
      problemsOf({
        'taproom:companyName': 'Sapporo',
        'taproom:service': { cpu: 1, memoryMiB: 2_048, minInstances: 2, maxInstances: 10 },
        'taproom:database': { engine: 'aurora', size: 'large', highAvailability: true },
        'taproom:cache': 'none',
        'taproom:settings': { 'app-runner': { maxConcurrency: 10 }, 'cloud-run': { maxConcurrency: 10 } },
        'taproom:registries': {
          aws: '123456789012.dkr.ecr.us-east-1.amazonaws.com/taproom',
          gcp: 'us-docker.pkg.dev/my-project-123/images/taproom',
        },
        'taproom:imageDigest': digest,
        'taproom:build': { buildImage: `node@${digest}`, runtimeImage: '', builder: 'remote' },
        'taproom:zones': { aws: ['use1-az1', 'use1-az2'] },
        'taproom:alerts': { enabled: false, email: 'me@example.com', webhook: 'https://example.com/hook' },
        'taproom:protect': true,
        'aws:profile': 'dev',
        'aws:allowedAccountIds': ['123456789012'],
        'gcp:impersonateServiceAccount': 'deploy@my-project-123.iam.gserviceaccount.com',
      }),
    ).toEqual([]);
  });

  test('is an error that Pulumi shows without a stack trace', () => {
    expect(() => load({})).toThrow(StackConfigError);
    expect(pulumi.RunError.isInstance(new StackConfigError(['a problem']))).toBe(true);
    expect(new StackConfigError(['a problem']).stack).toBeUndefined();
  });
});
