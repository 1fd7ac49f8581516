import type { PolicyResource, PolicyStack } from './policy-resource';
import { ofTypes, type PolicyRule, type StackFinding } from './policy-rule';
import { listOf, parseDocument, recordOf, recordsOf, textOf } from './read-inputs';

const logGroup = 'aws:cloudwatch/logGroup:LogGroup';

/** Log groups that AWS makes by itself, and never empties, unless the program has made them before. */
const madeByServices: Readonly<Record<string, (resource: PolicyResource) => { property: string; groups: string[] }>> = {
  'aws:rds/instance:Instance': ({ inputs: { identifier, enabledCloudwatchLogsExports } }) => ({
    property: 'enabledCloudwatchLogsExports',
    groups: listOf(enabledCloudwatchLogsExports).map((log) => `/aws/rds/instance/${identifier}/${log}`),
  }),
  'aws:rds/cluster:Cluster': ({ inputs: { clusterIdentifier, enabledCloudwatchLogsExports } }) => ({
    property: 'enabledCloudwatchLogsExports',
    groups: listOf(enabledCloudwatchLogsExports).map((log) => `/aws/rds/cluster/${clusterIdentifier}/${log}`),
  }),
  'aws:eks/cluster:Cluster': ({ inputs: { name, enabledClusterLogTypes } }) => ({
    property: 'enabledClusterLogTypes',
    groups: listOf(enabledClusterLogTypes).length > 0 ? [`/aws/eks/${name}/cluster`] : [],
  }),
  'aws:lambda/function:Function': ({ inputs: { name, loggingConfig } }) => ({
    property: 'loggingConfig.logGroup',
    groups: [textOf(recordOf(loggingConfig).logGroup) ?? `/aws/lambda/${name}`],
  }),
};

/** Lines that are kept for ever, or nowhere. */
export const logRetention: readonly PolicyRule[] = [
  {
    id: 'log-group-retention',
    forbids: 'Log lines must not be kept for ever.',
    source: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html',
    level: 'mandatory',
    types: [logGroup],
    check: ({ inputs: { retentionInDays } }) =>
      Number(retentionInDays) > 0 ? [] : [{ property: 'retentionInDays', must: 'be set, to 1 or more' }],
  },
  {
    id: 'log-bucket-retention',
    forbids: 'It must be said how long log lines are kept.',
    source: 'https://cloud.google.com/logging/docs/buckets#custom-retention',
    level: 'mandatory',
    types: ['gcp:logging/projectBucketConfig:ProjectBucketConfig'],
    check: ({ inputs: { retentionDays } }) =>
      Number(retentionDays) > 0 ? [] : [{ property: 'retentionDays', must: 'be set, to 1 or more' }],
  },
  {
    id: 'container-logs',
    forbids: 'What a container writes must go to a log.',
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html',
    level: 'mandatory',
    types: ['aws:ecs/taskDefinition:TaskDefinition', 'aws:ecs/expressGatewayService:ExpressGatewayService'],
    check: ({ inputs: { containerDefinitions, primaryContainer } }) => [
      ...recordsOf(parseDocument(containerDefinitions)).flatMap(({ logConfiguration }, index) =>
        logConfiguration === undefined
          ? [{ property: `containerDefinitions[${index}].logConfiguration`, must: 'be set' }]
          : [],
      ),
      ...recordsOf(primaryContainer).flatMap(({ awsLogsConfigurations }) =>
        recordsOf(awsLogsConfigurations).length === 0
          ? [{ property: 'primaryContainer.awsLogsConfigurations', must: 'be set' }]
          : [],
      ),
    ],
  },
  {
    id: 'service-log-retention',
    forbids: 'Log groups that AWS would make by itself must be made by the program, with a retention.',
    source: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-services-sending-logs.html',
    level: 'mandatory',
    types: Object.keys(madeByServices),
    checkStack: (stack) => {
      const made = new Set(ofTypes(stack, [logGroup]).map(({ inputs }) => inputs.name));
      return ofTypes(stack, Object.keys(madeByServices)).flatMap((resource): StackFinding[] => {
        const { property, groups } = madeByServices[resource.type]?.(resource) ?? { property: '', groups: [] };
        return groups
          .filter((group) => !made.has(group))
          .map((group) => ({ resource, property, must: `go to a log group of the stack: there is no ${group}` }));
      });
    },
  },
  {
    id: 'app-runner-log-retention',
    // It makes its groups under an id that is known only afterwards.
    forbids: 'Something must set how long the log lines of App Runner are kept.',
    source: 'https://docs.aws.amazon.com/apprunner/latest/dg/monitor-cwl.html',
    level: 'mandatory',
    types: ['aws:apprunner/service:Service'],
    checkStack: (stack) =>
      ofTypes(stack, ['aws:apprunner/service:Service']).flatMap((resource) =>
        ['application', 'service'].flatMap((log) => {
          const prefix = `/aws/apprunner/${resource.inputs.serviceName}/`;
          const isSet = retainedGroups(stack).some((name) => name.startsWith(prefix) && name.endsWith(`/${log}`));
          return isSet ? [] : [{ resource, property: 'serviceName', must: `have a retention of its ${log} log` }];
        }),
      ),
  },
];

/** By log groups, and by schedules that call PutRetentionPolicy. */
function retainedGroups(stack: PolicyStack): string[] {
  const groups = ofTypes(stack, [logGroup]).map(({ inputs }) => inputs.name);
  const schedules = ofTypes(stack, ['aws:scheduler/schedule:Schedule']).flatMap(({ inputs }) => {
    const { arn, input } = recordOf(inputs.target);
    return String(arn).endsWith(':putRetentionPolicy') ? [recordOf(parseDocument(input)).LogGroupName] : [];
  });
  return [...groups, ...schedules].map(String);
}
