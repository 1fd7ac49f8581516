import { parseGraph } from '../graph/graph';
import { refuseAccess, refuseAssumption } from './iam-authorize';
import { iamRules } from './iam-rules';
import { applySetup, createAwsWorld, type Step, testMutations, text } from './testing/setup';

const trust = (service: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
  });
const allow = (action: string, resource: string) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: action, Resource: resource }] });

const queueArn = 'arn:aws:sqs:eu-central-1:123456789012:orders';
const steps: readonly Step[] = [
  { token: 'aws:iam/role:Role', name: 'role', inputs: { assumeRolePolicy: trust('lambda.amazonaws.com') } },
  {
    token: 'aws:iam/rolePolicy:RolePolicy',
    name: 'inline',
    inputs: (made) => ({ role: text(made, 'role'), policy: allow('sqs:SendMessage', queueArn) }),
  },
  { token: 'aws:iam/policy:Policy', name: 'managed', inputs: { policy: allow('sqs:ReceiveMessage', queueArn) } },
  {
    token: 'aws:iam/rolePolicyAttachment:RolePolicyAttachment',
    name: 'attachment',
    inputs: (made) => ({ role: text(made, 'role'), policyArn: text(made, 'managed', 'arn') }),
  },
];

describe('the rules of aws.iam', () => {
  testMutations(steps, [
    { rule: 'aws.iam.role-name', what: 'too long a name', resource: 'role', inputs: { name: 'a'.repeat(65) } },
    { rule: 'aws.iam.role-name', what: 'a slash in a name', resource: 'role', inputs: { name: 'a/b' } },
    { rule: 'aws.iam.policy-name', what: 'too long a name', resource: 'inline', inputs: { name: 'a'.repeat(129) } },
    {
      rule: 'aws.iam.session-duration',
      what: 'a session of minutes',
      resource: 'role',
      inputs: { maxSessionDuration: 900 },
    },
    { rule: 'aws.iam.trust-policy', what: 'no JSON', resource: 'role', inputs: { assumeRolePolicy: '{' } },
    {
      rule: 'aws.iam.trust-policy',
      what: 'a principal that does not exist',
      resource: 'role',
      inputs: { assumeRolePolicy: trust('lambda') },
    },
    {
      rule: 'aws.iam.trust-policy',
      what: 'a policy without principal',
      resource: 'role',
      inputs: { assumeRolePolicy: allow('sts:AssumeRole', '*') },
    },
    {
      rule: 'aws.iam.role-policy-document',
      what: 'a principal in a policy of a role',
      resource: 'inline',
      inputs: { policy: trust('lambda.amazonaws.com') },
    },
    {
      rule: 'aws.iam.role-policy-document',
      what: 'too long a policy',
      resource: 'inline',
      inputs: { policy: allow('sqs:SendMessage', `${queueArn}${'x'.repeat(10_240)}`) },
    },
    {
      rule: 'aws.iam.policy-document',
      what: 'an effect that does not exist',
      resource: 'managed',
      inputs: { policy: allow('sqs:SendMessage', queueArn).replace('Allow', 'Permit') },
    },
    { rule: 'aws.iam.role-missing', what: 'a missing role', resource: 'inline', inputs: { role: 'nobody' } },
    {
      rule: 'aws.iam.role-missing',
      what: 'a role by its ARN',
      resource: 'inline',
      inputs: (made) => ({ role: text(made, 'role', 'arn') }),
    },
    {
      rule: 'aws.iam.policy-missing',
      what: 'a missing policy',
      resource: 'attachment',
      inputs: { policyArn: 'arn:aws:iam::123456789012:policy/none' },
    },
  ]);

  test('aws.iam.policies-per-role refuses the eleventh', async () => {
    const world = createAwsWorld();
    const made = await applySetup(world, steps);
    const attach = async (index: number) => {
      const { arn } = await world.apply('aws:iam/policy:Policy', `policy-${index}`, {
        policy: allow('sqs:*', queueArn),
      });
      const inputs = { role: text(made, 'role'), policyArn: String(arn) };
      await world.apply('aws:iam/rolePolicyAttachment:RolePolicyAttachment', `attachment-${index}`, inputs);
    };
    for (let index = 2; index <= 10; index += 1) await attach(index);
    await expect(attach(11)).rejects.toThrow('[rule aws.iam.policies-per-role:');
  });
});

describe('refuseAccess', () => {
  test('evaluates inline and attached policies', async () => {
    const world = createAwsWorld();
    const role = text(await applySetup(world, steps), 'role', 'arn');
    const ask = (action: string, resource = queueArn) => refuseAccess(world.cloud, role, { action, resource });
    expect(await ask('sqs:SendMessage')).toBeUndefined();
    expect(await ask('sqs:ReceiveMessage')).toBeUndefined();
    expect(await ask('sqs:DeleteMessage')).toContain('is not authorized to perform: sqs:DeleteMessage');
    expect(await ask('sqs:SendMessage', `${queueArn}-2`)).toContain('is not authorized');
  });

  test('obeys the boundary of permissions', async () => {
    const world = createAwsWorld();
    const boundary = 'arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess';
    const made = await applySetup(world, steps, { resource: 'role', inputs: { permissionsBoundary: boundary } });
    const request = { action: 'sqs:SendMessage', resource: queueArn };
    expect(await refuseAccess(world.cloud, text(made, 'role', 'arn'), request)).toContain('is not authorized');
  });
});

describe('refuseAssumption', () => {
  test('lets in the service that the trust policy names, and no other', async () => {
    const world = createAwsWorld();
    const roleArn = text(await applySetup(world, steps), 'role', 'arn');
    expect(await refuseAssumption(world.cloud, { roleArn, service: 'lambda.amazonaws.com' })).toBeUndefined();
    expect(await refuseAssumption(world.cloud, { roleArn, service: 'tasks.apprunner.amazonaws.com' })).toContain(
      'does not let tasks.apprunner.amazonaws.com do sts:AssumeRole',
    );
  });
});

describe('aws.iam.wildcard', () => {
  const rule = iamRules.find(({ id }) => id === 'aws.iam.wildcard');

  test.each([
    ['sqs:*', queueArn, 'policy allows sqs:*'],
    ['sqs:SendMessage', '*', 'policy allows sqs:SendMessage on "*"'],
    ['sqs:SendMessage', queueArn, undefined],
    // They know no resource.
    ['ecr:GetAuthorizationToken', '*', undefined],
    ['ec2:DescribeSubnets', '*', undefined],
  ])('judges %s on %s', async (action, resource, message) => {
    const node = {
      urn: 'urn:pulumi:a::b::aws:iam/rolePolicy:RolePolicy::p',
      type: 'aws:iam/rolePolicy:RolePolicy',
      custom: true,
    };
    const resources = [{ ...node, inputs: { policy: allow(action, resource) }, outputs: {} }];
    if (rule?.stage !== 'graph') throw new Error('no such rule');
    const findings = await rule.check(parseGraph({ deployment: { resources } }));
    expect(findings.map((finding) => finding.message)).toEqual(
      message === undefined ? [] : [expect.stringContaining(message)],
    );
  });
});
