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
  statements: Statement[];
};

/** A role and what it may do. Who uses it must wait for `ready`: without its policy it exists, but may do nothing. */
export function createRole(
  name: string,
  { names, principal, statements }: RoleRequest,
  options: pulumi.CustomResourceOptions,
): { arn: pulumi.Output<string>; ready: pulumi.Resource[] } {
  const role = new iam.Role(
    `${name}-role`,
    {
      name: names('role', name),
      assumeRolePolicy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: principal }, Action: 'sts:AssumeRole' }],
      }),
    },
    options,
  );
  const policy = new iam.RolePolicy(
    `${name}-policy`,
    { role: role.name, policy: pulumi.jsonStringify({ Version: '2012-10-17', Statement: statements }) },
    options,
  );
  return { arn: role.arn, ready: [policy] };
}
