import * as iam from '@pulumi/aws/iam';
import * as pulumi from '@pulumi/pulumi';
import type { AwsNames } from './names';

export type Statement = {
  Sid: string;
  Effect: 'Allow' | 'Deny';
  Action: string[];
  Resource: pulumi.Input<string> | pulumi.Input<string>[];
  Condition?: Record<string, Record<string, pulumi.Input<string>>>;
};

export type RoleRequest = {
  names: AwsNames;
  /** The AWS service that takes the role on. */
  principal: string;
  /** How it takes the role on: `sts:AssumeRole` alone unless said. */
  actions?: string[];
  /** For whom or what it may take the role on; none: always. */
  condition?: Statement['Condition'];
  /** Empty: the role may do nothing but what its managed policies say. */
  statements: Statement[];
  /** Policies that AWS keeps, by what follows `policy/` in their ARN. */
  managedPolicies?: string[];
};

/** A role and what it may do. Who uses it must wait for `ready`: without its policies it exists, but may do nothing. */
export function createRole(
  name: string,
  { names, principal, actions, condition, statements, managedPolicies = [] }: RoleRequest,
  options: pulumi.CustomResourceOptions,
): { arn: pulumi.Output<string>; ready: pulumi.Resource[] } {
  const role = new iam.Role(
    `${name}-role`,
    {
      name: names('role', name),
      assumeRolePolicy: pulumi.jsonStringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: principal },
            Action: actions ?? 'sts:AssumeRole',
            ...(condition && { Condition: condition }),
          },
        ],
      }),
    },
    options,
  );
  const policies = statements.length === 0 ? [] : [createPolicy(name, { role, statements }, options)];
  const attachments = managedPolicies.map(
    (policy) =>
      new iam.RolePolicyAttachment(
        `${name}-${policy.split('/').at(-1)}`,
        { role: role.name, policyArn: `arn:aws:iam::aws:policy/${policy}` },
        options,
      ),
  );
  return { arn: role.arn, ready: [...policies, ...attachments] };
}

function createPolicy(
  name: string,
  { role, statements }: { role: iam.Role; statements: Statement[] },
  options: pulumi.CustomResourceOptions,
): iam.RolePolicy {
  const policy = pulumi.jsonStringify({ Version: '2012-10-17', Statement: statements });
  return new iam.RolePolicy(`${name}-policy`, { role: role.name, policy }, options);
}
