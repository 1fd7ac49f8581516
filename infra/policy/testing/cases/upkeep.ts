import { type Cases, given, type StackCase } from '../stack-case';

const tags = { project: 'taproom', stack: 'dev', 'managed-by': 'pulumi' };
const labelList = Object.entries(tags).map(([label, value]) => ({ label, value }));
const group = (name: string): StackCase => given('aws:cloudwatch/logGroup:LogGroup', { name, retentionInDays: 30 });
const appRunner = (others: readonly StackCase[]) =>
  given('aws:apprunner/service:Service', { serviceName: 'taproom-dev' }, { others });
const schedule = (log: string, call = 'cloudwatchlogs:putRetentionPolicy') =>
  given('aws:scheduler/schedule:Schedule', {
    target: {
      arn: `arn:aws:scheduler:::aws-sdk:${call}`,
      input: JSON.stringify({ LogGroupName: `/aws/apprunner/taproom-dev/0123/${log}`, RetentionInDays: 30 }),
    },
  });
const exporting = (others: readonly StackCase[] = []) =>
  given(
    'aws:rds/instance:Instance',
    { identifier: 'taproom-dev', enabledCloudwatchLogsExports: ['postgresql'] },
    { others },
  );

/** Whose a resource is, and what becomes of its log lines. */
export const upkeepCases: Cases = {
  'aws-tagged': {
    fails: [
      given('aws:ec2/vpc:Vpc', { tags: { Name: 'network' } }),
      given('aws:ec2/vpc:Vpc', { tags: { ...tags, stack: '' } }),
      given('aws:ec2/vpc:Vpc', {}, { defaultTags: { project: 'taproom', stack: 'dev' } }),
    ],
    passes: [
      given('aws:ec2/vpc:Vpc', { tags }),
      given('aws:ec2/vpc:Vpc', { tags: { Name: 'network' }, tagsAll: { Name: 'network', ...tags } }),
      given('aws:ec2/vpc:Vpc', { tags: { Name: 'network' } }, { defaultTags: tags }),
    ],
  },
  'gcp-labelled': {
    fails: [
      given('gcp:redis/instance:Instance', { labels: { project: 'taproom' } }),
      given('gcp:sql/databaseInstance:DatabaseInstance', { settings: {} }, { defaultTags: tags }),
    ],
    passes: [
      given('gcp:sql/databaseInstance:DatabaseInstance', { settings: { userLabels: tags } }),
      given('gcp:redis/instance:Instance', { labels: tags }),
      given('gcp:redis/instance:Instance', {}, { defaultTags: tags }),
    ],
  },
  'docker-labelled': {
    fails: [
      given('docker:index/volume:Volume', {}),
      given('docker:index/volume:Volume', { labels: labelList.slice(1) }),
    ],
    passes: [
      given('docker:index/volume:Volume', { labels: labelList }),
      given('docker:index/container:Container', { labels: '[secret]' }),
    ],
  },
  'log-group-retention': {
    fails: [
      given('aws:cloudwatch/logGroup:LogGroup', { name: 'a' }),
      given('aws:cloudwatch/logGroup:LogGroup', { name: 'a', retentionInDays: 0 }),
    ],
    passes: [group('a')],
  },
  'log-bucket-retention': {
    fails: [given('gcp:logging/projectBucketConfig:ProjectBucketConfig', {})],
    passes: [given('gcp:logging/projectBucketConfig:ProjectBucketConfig', { retentionDays: 30 })],
  },
  'container-logs': {
    fails: [
      given('aws:ecs/taskDefinition:TaskDefinition', { containerDefinitions: '[{"name":"service"}]' }),
      given('aws:ecs/expressGatewayService:ExpressGatewayService', { primaryContainer: {} }),
    ],
    passes: [
      given('aws:ecs/taskDefinition:TaskDefinition', { containerDefinitions: '[{"logConfiguration":{}}]' }),
      given('aws:ecs/expressGatewayService:ExpressGatewayService', {
        primaryContainer: { awsLogsConfigurations: [{ logGroup: '/ecs/service' }] },
      }),
    ],
  },
  'service-log-retention': {
    fails: [
      exporting(),
      exporting([group('/aws/rds/instance/another/postgresql')]),
      given('aws:lambda/function:Function', { name: 'migration' }),
      given('aws:eks/cluster:Cluster', { name: 'taproom', enabledClusterLogTypes: ['audit', 'authenticator'] }),
      given('aws:rds/cluster:Cluster', { clusterIdentifier: 'a', enabledCloudwatchLogsExports: ['postgresql'] }),
    ],
    passes: [
      exporting([group('/aws/rds/instance/taproom-dev/postgresql')]),
      given('aws:lambda/function:Function', { name: 'migration' }, { others: [group('/aws/lambda/migration')] }),
      given('aws:lambda/function:Function', { loggingConfig: { logGroup: 'own' } }, { others: [group('own')] }),
      given('aws:eks/cluster:Cluster', { name: 'taproom' }),
    ],
  },
  'app-runner-log-retention': {
    fails: [appRunner([schedule('application')]), appRunner([schedule('application'), schedule('service', 's3:list')])],
    passes: [
      appRunner([schedule('application'), schedule('service')]),
      appRunner([group('/aws/apprunner/taproom-dev/0123/application'), schedule('service')]),
    ],
  },
};
