import { parseGraph } from '../graph/graph';
import { lambdaRules } from './lambda-rules';
import { digestA, trust } from './testing/app-runner-setup';
import { instanceSetup } from './testing/database-setup';
import { createFakeRuntime } from './testing/fake-runtime';
import { pushImageTo } from './testing/push-image';
import { applySetup, createAwsWorld, type Mutation, type Step, testMutations, text } from './testing/setup';

const policyFor = (name: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'lambda.amazonaws.com' },
        Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
        Condition: { StringLike: { 'aws:sourceArn': `arn:aws:lambda:eu-central-1:123456789012:function:${name}` } },
      },
    ],
  });

const steps: readonly Step[] = [
  ...instanceSetup,
  { token: 'aws:ecr/repository:Repository', name: 'images', inputs: { name: 'orders' } },
  {
    token: 'aws:ecr/repositoryPolicy:RepositoryPolicy',
    name: 'images-policy',
    inputs: { repository: 'orders', policy: policyFor('migrate') },
  },
  {
    token: 'aws:iam/role:Role',
    name: 'role',
    inputs: { name: 'migrate', assumeRolePolicy: trust('lambda.amazonaws.com') },
  },
  {
    token: 'aws:iam/rolePolicyAttachment:RolePolicyAttachment',
    name: 'role-policy',
    inputs: { role: 'migrate', policyArn: 'arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole' },
  },
  {
    token: 'aws:lambda/function:Function',
    name: 'function',
    inputs: (made) => ({
      name: 'migrate',
      packageType: 'Image',
      imageUri: `${text(made, 'images', 'repositoryUrl')}@${digestA}`,
      imageConfig: { commands: ['migrate'] },
      role: text(made, 'role', 'arn'),
      timeout: 60,
      vpcConfig: {
        subnetIds: [text(made, 'private-a'), text(made, 'private-b')],
        securityGroupIds: [text(made, 'service-group')],
      },
      environment: { variables: { DATABASE: 'orders' } },
    }),
  },
  {
    token: 'aws:lambda/invocation:Invocation',
    name: 'invocation',
    inputs: { functionName: 'migrate', input: '{"password":"hush"}', triggers: { digest: digestA } },
  },
];

const before: NonNullable<import('./testing/setup').SetupOptions['before']> = {
  step: 'function',
  act: (world, made) => pushImageTo(world, text(made, 'images', 'repositoryUrl'), digestA),
};

const wrong = (rule: string, what: string, inputs: Mutation['inputs']): Mutation => ({
  rule,
  what,
  resource: 'function',
  ...(inputs && { inputs }),
});

describe('the rules of aws.lambda', () => {
  testMutations(
    steps,
    [
      wrong('aws.lambda.name', 'too long a name', { name: 'a'.repeat(65) }),
      wrong('aws.lambda.sizes', 'too little memory', { memorySize: 64 }),
      wrong('aws.lambda.sizes', 'an hour', { timeout: 3_600 }),
      wrong('aws.lambda.package', 'an image without address', { imageUri: undefined }),
      wrong('aws.lambda.package', 'an image with a handler', { handler: 'index.handler' }),
      wrong('aws.lambda.package', 'two architectures', { architectures: ['x86_64', 'arm64'] }),
      wrong('aws.lambda.reserved-variable', 'a reserved variable', { environment: { variables: { AWS_REGION: 'x' } } }),
      wrong('aws.lambda.variables', 'a hyphen in a variable', { environment: { variables: { 'MY-VARIABLE': 'x' } } }),
      wrong('aws.lambda.variables', 'too many variables', { environment: { variables: { LONG: 'x'.repeat(4_096) } } }),
      wrong('aws.lambda.network', 'no security group', (made) => ({
        vpcConfig: { subnetIds: [text(made, 'private-a')], securityGroupIds: [] },
      })),
      wrong('aws.lambda.network', 'a missing subnet', (made) => ({
        vpcConfig: { subnetIds: ['subnet-0'], securityGroupIds: [text(made, 'service-group')] },
      })),
      {
        ...wrong('aws.lambda.role', 'a role of another service', {
          assumeRolePolicy: trust('ecs-tasks.amazonaws.com'),
        }),
        of: 'role',
      },
      {
        ...wrong('aws.lambda.role', 'a role that may make no interfaces', {
          policyArn: 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole',
        }),
        of: 'role-policy',
      },
      wrong('aws.lambda.image-missing', 'a digest that was never pushed', (made) => ({
        imageUri: `${text(made, 'images', 'repositoryUrl')}@sha256:${'c'.repeat(64)}`,
      })),
      wrong('aws.lambda.image-missing', 'another architecture', { architectures: ['arm64'] }),
      {
        rule: 'aws.lambda.image-pull',
        what: 'a repository without policy',
        resource: 'function',
        without: 'images-policy',
      },
      {
        ...wrong('aws.lambda.image-pull', 'a policy for another function', { policy: policyFor('other') }),
        of: 'images-policy',
      },
      { rule: 'aws.lambda.invocation-input', what: 'no JSON', resource: 'invocation', inputs: { input: 'go' } },
      {
        rule: 'aws.lambda.function-missing',
        what: 'a missing function',
        resource: 'invocation',
        inputs: { functionName: 'none' },
      },
    ],
    () => ({ runtime: createFakeRuntime(), before }),
  );

  test('aws.lambda.secret-in-plain finds a secret among the variables', async () => {
    const type = 'aws:lambda/function:Function';
    const secret = { '4dabf18193072939515e22adb298388d': '1b47061264138c4ac30d75fd1eb44270' };
    const inputs = { environment: { variables: { PASSWORD: secret, DATABASE: 'orders' } } };
    const resources = [{ urn: `urn:pulumi:a::b::${type}::f`, type, custom: true, inputs, outputs: {} }];
    const rule = lambdaRules.find(({ id }) => id === 'aws.lambda.secret-in-plain');
    if (rule?.stage !== 'graph') throw new Error('no such rule');
    expect(await rule.check(parseGraph({ deployment: { resources } }))).toHaveLength(1);
  });
});

describe('aws.lambda.Invocation', () => {
  test('calls the function in its network, with its variables', async () => {
    const runtime = createFakeRuntime({ invoke: () => ({ ok: true, payload: '{"migrated":2}' }) });
    const made = await applySetup(createAwsWorld({ runtime }), steps, {}, before);
    expect(text(made, 'invocation', 'result')).toBe('{"migrated":2}');
    const [call] = runtime.started.invocations;
    expect(call?.payload).toBe('{"password":"hush"}');
    expect(call?.spec).toMatchObject({ digest: digestA, command: ['migrate'], env: { DATABASE: 'orders' } });
    expect(call?.spec.network.route(text(made, 'database', 'address'), 5432).kind).toBe('store');
  });

  test('is made again when a trigger changes, though the input is the same', async () => {
    const runtime = createFakeRuntime();
    const world = createAwsWorld({ runtime });
    await applySetup(world, steps, {}, before);
    const again = { functionName: 'migrate', input: '{"password":"hush"}', triggers: { digest: 'another' } };
    await world.apply('aws:lambda/invocation:Invocation', 'replacement', again);
    expect(runtime.started.invocations).toHaveLength(2);
  });

  test('fails with the function, and leaves nothing', async () => {
    const runtime = createFakeRuntime({
      invoke: () => ({ ok: false, errorType: 'Error', errorMessage: 'no such table' }),
    });
    const world = createAwsWorld({ runtime });
    await expect(applySetup(world, steps, {}, before)).rejects.toThrow('function error: Error: no such table');
    expect(world.cloud.everything().some(({ name }) => name === 'invocation')).toBe(false);
  });
});
