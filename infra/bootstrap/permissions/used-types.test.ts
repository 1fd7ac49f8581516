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

/** Every target alone and with all that it can be told to have, since one setting may stand for another's resources. */
const stacks: Record<string, unknown>[] = [
  ...['dev', 'prod'].map(readConfig),
  ...everyTarget.map(([name]) => ({ 'taproom:targets': [name] })),
  ...everyTarget.map(([name, { cloud }]) => ({
    'taproom:targets': [name],
    'taproom:database': { engine: cloud.name === 'aws' ? 'aurora' : 'rds', size: 'medium', highAvailability: true },
    'taproom:alerts': { enabled: true, email: 'alerts@example.com', webhook: 'https://example.com/hook' },
    'taproom:protect': true,
  })),
  ...(['endpoints', 'nat'] as const).map((egress) => ({
    'taproom:targets': ['ecs-fargate'],
    'taproom:domain': domains,
    'taproom:settings': { 'ecs-fargate': { egress, strategy: 'canary', waf: true } },
  })),
  ...(['auto', 'node-group'] as const).map((compute) => ({
    'taproom:targets': ['eks'],
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
