import { operationRule } from '../rules';
import { expressServiceHandle, serviceHandle } from './ecs-handles';
import { startingTaskOf } from './ecs-task';
import { refuseAssumption } from './iam-authorize';

export const roleRules = [
  operationRule({
    id: 'aws.ecs.task-role',
    refuses: 'A task or execution role that ecs-tasks.amazonaws.com may not take on.',
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html',
    types: [serviceHandle, expressServiceHandle],
    check: async (subject) => {
      const { executionRoleArn, taskRoleArn, region, account } = startingTaskOf(subject) ?? {};
      const findings: string[] = [];
      for (const [property, roleArn] of Object.entries({ executionRoleArn, taskRoleArn })) {
        if (roleArn === undefined) continue;
        const refused = await refuseAssumption(subject.cloud, {
          roleArn,
          service: 'ecs-tasks.amazonaws.com',
          context: { 'aws:SourceArn': `arn:aws:ecs:${region}:${account}:*` },
        });
        if (refused) {
          findings.push(
            `ECS was unable to assume the role '${roleArn}' that was provided for this task. Please verify that the role being passed has the proper trust relationship and permissions and that your IAM user has permissions to pass this role. (${property}): ${refused}`,
          );
        }
      }
      return findings;
    },
  }),
];
