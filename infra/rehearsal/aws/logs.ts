import type { cloudwatch } from '@pulumi/aws';
import { type Cloud, type Place, table } from '../cloud/cloud';
import { resource } from '../declare';
import { applyRule, graphRule, inputRule } from '../rules';
import { arn } from './declare';

/** Groups that a service of AWS made by itself: it never deletes them, and they keep their lines for ever. */
export const platformLogGroups = table<{ region: string; name: string; retentionInDays?: number }>('aws log groups');

export const logGroup = resource<cloudwatch.LogGroup, cloudwatch.LogGroupArgs>({
  token: 'aws:cloudwatch/logGroup:LogGroup',
  naming: { maxLength: 512 },
  replaceOn: ['name', 'namePrefix', 'logGroupClass'],
  defaults: { retentionInDays: 0, skipDestroy: false },
  empty: ['deletionProtectionEnabled', 'namePrefix'],
  seconds: { create: 1, delete: 1 },
  id: ({ inputs }) => inputs.name ?? '',
  outputs: ({ inputs, place }) => ({
    arn: arn('logs', place, `log-group:${inputs.name}`),
    logGroupClass: inputs.logGroupClass ?? 'STANDARD',
  }),
  unique: ({ inputs, place }) => `log group ${inputs.name} in ${place.region}`,
  exists: () => 'ResourceAlreadyExistsException: The specified log group already exists',
  delete: ({ cloud, entity }) => {
    if (entity.inputs.skipDestroy) return 'kept';
    cloud.runtime.logs.remove(entity.id);
    return 'gone';
  },
});

/** What a service of AWS does before it writes: makes the group where the program has not. */
export function ensureLogGroup(cloud: Cloud, place: Place, name: string): void {
  const declared = cloud.list(logGroup).some((group) => group.id === name && group.place.region === place.region);
  const key = `${place.region} ${name}`;
  const groups = cloud.table(platformLogGroups);
  if (!declared && !groups.has(key)) groups.set(key, { region: place.region ?? '', name });
}

/** Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const retentions = [
  0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1_096, 1_827, 2_192, 2_557, 2_922, 3_288, 3_653,
];

const rules = [
  inputRule({
    id: 'aws.logs.group-name',
    refuses: 'Names other than 1 to 512 letters, digits and ._-/#, and those that begin with aws/.',
    source: 'https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html',
    types: logGroup,
    check: ({ inputs: { name = 'generated' } }) =>
      /^[.\-_/#A-Za-z0-9]{1,512}$/.test(name) && !name.startsWith('aws/')
        ? undefined
        : "InvalidParameterException: 1 validation error detected: Value at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+ (name)",
  }),
  inputRule({
    id: 'aws.logs.retention',
    refuses: 'A retention of days that CloudWatch does not offer.',
    source: 'https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html',
    types: logGroup,
    check: ({ inputs: { retentionInDays = 0 } }) =>
      retentions.includes(retentionInDays)
        ? undefined
        : `expected retentionInDays to be one of ${JSON.stringify(retentions)}, got ${retentionInDays}`,
  }),
  applyRule({
    id: 'aws.logs.group-exists',
    refuses: 'A log group that a service of AWS has made before.',
    source: 'https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html',
    types: logGroup,
    check: ({ inputs, previous, cloud, place }) =>
      !previous && cloud.table(platformLogGroups).has(`${place.region} ${inputs.name}`)
        ? 'ResourceAlreadyExistsException: The specified log group already exists (name)'
        : undefined,
  }),
  graphRule({
    id: 'aws.logs.no-end',
    refuses: 'A log group that keeps its lines, and costs money, for ever.',
    source: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html',
    types: [logGroup],
    check: (graph) =>
      graph
        .ofType(logGroup)
        .filter(({ inputs }) => (inputs.retentionInDays ?? 0) === 0)
        .map(({ urn, name }) => ({ urn, message: `${name}: retentionInDays must be set` })),
  }),
];

export const logsSimulation = { resources: [logGroup], functions: [], rules };
