import * as pulumi from '@pulumi/pulumi';
import type { AwsNames } from './names';
import { pullStatements } from './pull-statements';
import { createRole, type Statement } from './roles';

export type TaskRoles = {
  /** ECS itself, before and beside the container: pulls, reads the secret, writes the log. */
  executionRoleArn: pulumi.Output<string>;
  /** The container's own. */
  taskRoleArn: pulumi.Output<string>;
  /** What must exist before a task can start. */
  ready: pulumi.Resource[];
};

type TaskRoleRequest = {
  names: AwsNames;
  repositoryArn: pulumi.Output<string>;
  secretArn: pulumi.Output<string>;
  logGroupArn: pulumi.Output<string>;
  /** Whether ECS Exec may open a shell. */
  exec: boolean;
};

/** Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html */
const principal = 'ecs-tasks.amazonaws.com';

/** The two roles of a task. Only tasks of this account and region take them on. */
export function createTaskRoles(
  name: string,
  { names, repositoryArn, secretArn, logGroupArn, exec }: TaskRoleRequest,
  options: pulumi.CustomResourceOptions,
): TaskRoles {
  const owner = logGroupArn.apply((arn) => {
    const [, partition, , region, account] = arn.split(':');
    return { account: String(account), tasks: `arn:${partition}:ecs:${region}:${account}:*` };
  });
  const condition = {
    StringEquals: { 'aws:SourceAccount': owner.account },
    ArnLike: { 'aws:SourceArn': owner.tasks },
  };
  const statements: Statement[] = [
    ...pullStatements(repositoryArn),
    { Sid: 'ReadOwnSecret', Effect: 'Allow', Action: ['secretsmanager:GetSecretValue'], Resource: secretArn },
    {
      Sid: 'WriteOwnLog',
      Effect: 'Allow',
      Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: pulumi.interpolate`${logGroupArn}:*`,
    },
  ];
  const execution = createRole(`${name}-execution`, { names, principal, condition, statements }, options);
  const task = createRole(name, { names, principal, condition, statements: exec ? [openShell] : [] }, options);
  return {
    executionRoleArn: execution.arn,
    taskRoleArn: task.arn,
    ready: [...execution.ready, ...task.ready],
  };
}

/** Knows no resources. Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html#ecs-exec-required-iam-permissions */
const openShell: Statement = {
  Sid: 'OpenShell',
  Effect: 'Allow',
  Action: [
    'ssmmessages:CreateControlChannel',
    'ssmmessages:CreateDataChannel',
    'ssmmessages:OpenControlChannel',
    'ssmmessages:OpenDataChannel',
  ],
  Resource: '*',
};
