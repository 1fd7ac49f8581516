import { targets } from '../targets';
import { findSecretReaders } from './secret-readers';
import { readersOf } from './secrets-table';

const ofService = ['API_KEY', 'API_KEY_PREVIOUS', 'POSTGRES_PASSWORD', 'REDIS_PASSWORD'];
const ofMigration = ['MIGRATE_PASSWORD', 'SERVICE_ROLE_PASSWORD'];

/** On the target docker, by the volume: how many containers mount it, and what is in it. */
const onDocker = {
  'volume taproom-dev-service-credentials': [2, ofService],
  'volume taproom-dev-migration-credentials': [1, ofMigration],
  'volume taproom-dev-postgres-credentials': [1, ['postgres-password']],
  'volume taproom-dev-redis-credentials': [1, ['redis.conf']],
};

describe('every secret is read by those that need it, and by nobody else', () => {
  test.each(Object.keys(targets).filter((target) => target !== 'docker'))('on %s', async (target) => {
    const found: Record<string, string[]> = {};
    for (const { principal, variables } of await readersOf(target)) {
      found[principal] = [...(found[principal] ?? []), ...variables].sort();
    }
    const isMigration = (principal: string) => principal.includes('migration');
    expect(Object.keys(found).filter(isMigration)).toHaveLength(1);
    expect(Object.keys(found)).toHaveLength(2);
    for (const [principal, variables] of Object.entries(found)) {
      expect(variables).toEqual(isMigration(principal) ? ofMigration : ofService);
    }
  });

  test('on docker', async () => {
    const readers = await readersOf('docker');
    const byVolume = Object.keys(onDocker).map((volume) => {
      const own = readers.filter(({ place }) => place === volume);
      return [volume, [own.length, own[0]?.variables]];
    });
    expect(Object.fromEntries(byVolume)).toEqual(onDocker);
    expect(readers).toHaveLength(5);
  });
});

describe('findSecretReaders', () => {
  const resource = (type: string, name: string, inputs: Record<string, unknown>) => ({
    type,
    name,
    urn: name,
    inputs,
    options: {} as never,
  });
  const secret = [
    resource('aws:secretsmanager/secret:Secret', 'service', { name: 'service' }),
    resource('aws:secretsmanager/secretVersion:SecretVersion', 'service', {
      secretId: 'service-id',
      secretString: '{"API_KEY":"x"}',
    }),
  ];
  const policy = (Action: string[], Resource: string, Effect = 'Allow') =>
    resource('aws:iam/rolePolicy:RolePolicy', 'p', {
      role: 'reader',
      policy: JSON.stringify({ Statement: [{ Effect, Action, Resource }] }),
    });

  test.each([
    [['secretsmanager:GetSecretValue'], '*', 1],
    [['secretsmanager:*'], 'arn:aws:secretsmanager:us-east-1:123456789012:secret:service-??????', 1],
    [['*'], '*', 1],
    [['secretsmanager:DescribeSecret'], '*', 0],
    [['secretsmanager:GetSecretValue'], 'arn:aws:secretsmanager:us-east-1:123456789012:secret:other-AbCdEf', 0],
  ])('sees who reads by %j on %s', (actions, on, count) => {
    expect(findSecretReaders([...secret, policy(actions, on)])).toHaveLength(count);
  });

  test('sees who reads by a role on the whole Google project', () => {
    const readers = findSecretReaders([
      resource('gcp:secretmanager/secret:Secret', 'cloud-run-api-key', { secretId: 'api-key' }),
      resource('gcp:projects/iAMMember:IAMMember', 'all', { role: 'roles/editor', member: 'serviceAccount:a@b' }),
    ]);
    expect(readers).toEqual([
      { principal: 'service account a', place: 'Secret Manager: api-key', variables: ['API_KEY'] },
    ]);
  });
});
