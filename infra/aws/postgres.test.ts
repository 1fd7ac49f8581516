import { deployUnderMocks } from '../testing/deploy-under-mocks';
import { getResource } from '../testing/resource-graph';

const config = { 'taproom:targets': ['app-runner'], 'aws:region': 'us-east-1' };

describe('Postgres on AWS', () => {
  test('is Aurora Serverless v2 by setting, with a second instance for high availability', async () => {
    const { resources } = await deployUnderMocks({
      config: { ...config, 'taproom:database': { engine: 'aurora', size: 'medium', highAvailability: true } },
    });
    expect(getResource(resources, 'aws:rds/cluster:Cluster').inputs).toMatchObject({
      engine: 'aurora-postgresql',
      storageEncrypted: true,
      serverlessv2ScalingConfiguration: { minCapacity: 0.5, maxCapacity: 4 },
    });
    const instances = resources.filter(({ type }) => type === 'aws:rds/clusterInstance:ClusterInstance');
    expect(instances.map(({ inputs }) => [inputs.instanceClass, inputs.publiclyAccessible])).toEqual([
      ['db.serverless', false],
      ['db.serverless', false],
    ]);
    expect(resources.filter(({ type }) => type === 'aws:rds/instance:Instance')).toEqual([]);
  });

  test('is protected in every way that taproom:protect promises', async () => {
    const { resources } = await deployUnderMocks({ config: { ...config, 'taproom:protect': true } });
    const { inputs, options } = getResource(resources, 'aws:rds/instance:Instance');
    expect(options.protect).toBe(true);
    expect(inputs).toMatchObject({
      deletionProtection: true,
      skipFinalSnapshot: false,
      finalSnapshotIdentifier: 'taproom-dev-final-a1b2c3',
      deleteAutomatedBackups: false,
      backupRetentionPeriod: 14,
    });
  });
});
