import { operationRule } from '../rules';
import { expressServiceHandle, serviceHandle } from './ecs-handles';
import { noLogger } from './ecs-stopped-reasons';
import { logTargetsOf, startingTaskOf } from './ecs-task';
import { refuseAccess } from './iam-authorize';
import { logGroup } from './logs';

const types = [serviceHandle, expressServiceHandle];

export const logRules = [
  operationRule({
    id: 'aws.ecs.log-group-missing',
    refuses: 'A log group that does not exist, where the task shall not create it.',
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html',
    types,
    check: (subject) => {
      const spec = startingTaskOf(subject);
      return logTargetsOf(spec)
        .filter(
          ({ group, mayCreate }) => !mayCreate && subject.cloud.find(logGroup, group)?.place.region !== spec?.region,
        )
        .map(
          ({ group }) =>
            `${noLogger}: failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist. (awslogs-group ${group})`,
        );
    },
  }),
  operationRule({
    id: 'aws.ecs.log-write',
    refuses: 'An execution role that may not write to the log group, or not create it where it shall.',
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html',
    types,
    check: async (subject) => {
      const spec = startingTaskOf(subject);
      const role = spec?.executionRoleArn;
      const findings: string[] = [];
      for (const { group, stream, mayCreate } of role === undefined ? [] : logTargetsOf(spec)) {
        const groupArn = `arn:aws:logs:${spec?.region}:${spec?.account}:log-group:${group}`;
        const wanted = [
          ...(mayCreate ? [{ action: 'logs:CreateLogGroup', resource: groupArn }] : []),
          { action: 'logs:CreateLogStream', resource: `${groupArn}:log-stream:${stream}` },
          { action: 'logs:PutLogEvents', resource: `${groupArn}:log-stream:${stream}` },
        ];
        for (const request of wanted) {
          const denied = await refuseAccess(subject.cloud, role ?? '', request);
          if (denied)
            findings.push(`${noLogger}: failed to create Cloudwatch log stream: ${denied} (executionRoleArn)`);
        }
      }
      return findings;
    },
  }),
];
