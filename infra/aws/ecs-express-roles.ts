import * as pulumi from '@pulumi/pulumi';
import type { AwsNames } from './names';
import { pullStatements } from './pull-statements';
import { createRole } from './roles';

type RoleParts = {
  names: AwsNames;
  repositoryArn: pulumi.Output<string>;
  secretArn: pulumi.Output<string>;
  logGroupArn: pulumi.Output<string>;
};

/** What AWS keeps for exactly this: load balancer, certificate, security groups, scaling and alarm, each with its tag. */
const managedPolicy = 'service-role/AmazonECSInfrastructureRoleforExpressGatewayServices';

/**
 * Three roles: one starts tasks, one makes what is around the service, and one is the running service's, which calls nothing
 * of AWS and so may do nothing. The service waits for `ready`, and is gone before it. Source:
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security-ecs-iam-role-overview.html
 */
export function createExpressRoles(
  name: string,
  { names, repositoryArn, secretArn, logGroupArn }: RoleParts,
  options: pulumi.CustomResourceOptions,
) {
  const tasks = 'ecs-tasks.amazonaws.com';
  const execution = createRole(
    `${name}-execution`,
    {
      names,
      principal: tasks,
      statements: [
        ...pullStatements(repositoryArn),
        {
          Sid: 'ReadOwnSecret',
          Effect: 'Allow',
          Action: ['secretsmanager:GetSecretValue'],
          Resource: secretArn,
        },
        {
          Sid: 'WriteOwnLog',
          Effect: 'Allow',
          Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          Resource: pulumi.interpolate`${logGroupArn}:*`,
        },
      ],
    },
    options,
  );
  const infrastructure = createRole(
    `${name}-infrastructure`,
    { names, principal: 'ecs.amazonaws.com', statements: [], managedPolicies: [managedPolicy] },
    options,
  );
  const task = createRole(name, { names, principal: tasks, statements: [] }, options);
  return { execution, infrastructure, task, ready: [...execution.ready, ...infrastructure.ready, ...task.ready] };
}
