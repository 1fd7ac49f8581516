import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { targets } from '../../targets';
import { deployUnderMocks, providerConfig } from '../../testing/deploy-under-mocks';
import { awsPermissions } from './aws-permissions';
import { googlePermissions } from './google-permissions';

const root = path.resolve(__dirname, '../../..');
const readConfig = (stack: string) =>
  (parse(readFileSync(path.join(root, `Pulumi.${stack}.yaml`), 'utf8')) as { config: Record<string, unknown> }).config;

/** Of no cloud whose identities the bootstrap makes. */
const elsewhere = /^(pulumi:|random:|tls:|taproom:|docker:|kubernetes:)/;
const everyTarget = Object.entries(targets).filter(([, { cloud }]) => ['aws', 'gcp'].includes(cloud.name));
const domains = { aws: { name: 'app.example.com', zone: 'example.com' } };
const restored = { server: 2, at: '2026-11-21T09:30:00Z', droppedServer: 0 };
const alerts = {
  enabled: true,
  email: 'alerts@example.com',
  webhook: 'https://example.com/hook',
  monthlyBudget: 600,
  billingAccount: '012345-567890-ABCDEF',
};

/** Every target alone and with all that it can be told to have, since one setting may stand for another's resources. */
const stacks: Record<string, unknown>[] = [
  ...['dev', 'prod'].map(readConfig),
  ...everyTarget.map(([name]) => ({ 'taproom:targets': [name] })),
  ...everyTarget.map(([name, { cloud }]) => ({
    'taproom:targets': [name],
    'taproom:database': { engine: cloud.name === 'aws' ? 'aurora' : 'rds', size: 'medium', highAvailability: true },
    'taproom:alerts': alerts,
    'taproom:protect': true,
  })),
  // As it is after an operation: a second server beside the first, and the second of every secret.
  ...(['rds', 'aurora'] as const).map((engine) => ({
    'taproom:targets': ['app-runner', 'cloud-run'],
    'taproom:database': { engine },
    'taproom:cache': 'none',
    'taproom:restore': { aws: restored, gcp: restored },
    'taproom:rotation': { databaseLogin: 2, databaseOwner: 2, apiKey: 2 },
  })),
  ...(['rolling', 'blue-green', 'canary'] as const).map((strategy, index) => ({
    'taproom:targets': ['ecs-fargate'],
    'taproom:service': { minInstances: 2, maxInstances: 4 },
    'taproom:domain': domains,
    'taproom:settings': {
      'ecs-fargate': {
        egress: index === 0 ? 'endpoints' : 'nat',
        strategy,
        waf: true,
        spot: true,
        exec: true,
        containerInsights: true,
      },
    },
  })),
  // Where Route 53 does not measure, so that there are two topics.
  { 'aws:region': 'eu-west-1', 'taproom:targets': ['app-runner', 'ecs-express'], 'taproom:alerts': alerts },
  ...(['auto', 'node-group'] as const).map((compute) => ({
    'taproom:targets': ['eks'],
    'taproom:domain': domains,
    'taproom:alerts': alerts,
    'taproom:settings': { eks: { compute, admins: ['arn:aws:iam::123456789012:role/admin'] } },
  })),
];

async function listTypes(): Promise<string[]> {
  const types = new Set<string>();
  for (const config of stacks) {
    const { resources } = await deployUnderMocks({ config: { ...providerConfig, ...config } });
    for (const { type } of resources) types.add(type);
  }
  return [...types].filter((type) => !elsewhere.test(type)).sort();
}

describe('the tables of permissions', () => {
  const table = [...Object.keys(awsPermissions), ...Object.keys(googlePermissions)].sort();

  test('are of exactly the resource types that the stacks use', async () => {
    expect(table).toEqual(await listTypes());
  });

  test('tell the source of each entry, and ask for something', () => {
    for (const { source, grants } of Object.values(awsPermissions)) {
      expect(source).toMatch(/^https:\/\//);
      for (const { actions } of grants) expect(actions.join()).toMatch(/^([a-z0-9-]+:[A-Za-z0-9]+,?)+$/);
    }
    for (const { source, read, write } of Object.values(googlePermissions)) {
      expect(source).toMatch(/^https:\/\//);
      expect([...read, ...write].join()).toMatch(/^([a-z]+(\.[A-Za-z]+){2},?)+$/);
    }
  });
});
