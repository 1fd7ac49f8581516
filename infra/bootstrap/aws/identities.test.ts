import { longestPolicy, mostPolicies } from '../permissions/build-policies';
import { listPurposes } from '../purposes';
import { may } from '../testing/may';
import { boundaryStatements } from './boundary';
import { policiesOf } from './identities';

const account = '123456789012';
const region = 'us-east-1';
const boundary = `arn:aws:iam::${account}:policy/taproom-ci/taproom-ci-up-dev-boundary`;
const repository = `arn:aws:ecr:${region}:${account}:repository/taproom-images`;
const state = { bucket: 'arn:aws:s3:::taproom-state', key: `arn:aws:kms:${region}:${account}:key/1` };
const purposes = listPurposes({ stacks: ['dev', 'prod'], previewedStacks: ['dev'], branch: 'main' });
const roleArn = (name: string) => `arn:aws:iam::${account}:role/${name}`;
const stateOf = (path: string) => `${state.bucket}/.pulumi/${path}`;

function policies(name: string): string[] {
  const purpose = purposes.find((candidate) => candidate.name === name);
  if (purpose === undefined) throw new Error(`no purpose is called ${name}`);
  return policiesOf(purpose, { region, account, stacks: purpose.stacks, repository, boundary }, state);
}

const bounded = { 'iam:PermissionsBoundary': boundary };
const service = (name: string) => `arn:aws:apprunner:${region}:${account}:service/${name}/id`;
const tagged = (stack: string) => ({ 'aws:ResourceTag/stack': stack, 'aws:ResourceTag/project': 'taproom' });
const vpc = `arn:aws:ec2:${region}:${account}:vpc/vpc-1`;
const alarm = (stack: string, alarmRegion = region) =>
  `arn:aws:cloudwatch:${alarmRegion}:${account}:alarm:taproom-${stack}-app-runner-availability`;
const topic = (stack: string) => `arn:aws:sns:${region}:${account}:taproom-${stack}-alerts`;
const key = `arn:aws:kms:${region}:${account}:key/2`;
const asked = (stack: string) => ({ 'aws:RequestTag/stack': stack, 'aws:RequestTag/project': 'taproom' });
const compositeAlarm = (told: string) => ({
  action: 'cloudwatch:PutCompositeAlarm',
  // As CloudWatch asks: for whatever alarm.
  resource: `arn:aws:cloudwatch:${region}:${account}:alarm:*`,
  context: { 'cloudwatch:AlarmActions': told },
});
const push = { action: 'ecr:PutImage', resource: repository };

describe('the policies of every purpose', () => {
  test.each(purposes.map(({ name }) => name))('%s: fit the quotas of IAM', (name) => {
    const documents = policies(name);
    expect(documents.length).toBeLessThanOrEqual(mostPolicies);
    for (const document of documents) expect(document.length).toBeLessThanOrEqual(longestPolicy);
  });
});

describe('up-dev', () => {
  test.each([
    ['its own service', { action: 'apprunner:UpdateService', resource: service('taproom-dev-app-runner') }],
    ['bounded roles', { action: 'iam:CreateRole', resource: roleArn('taproom-dev-migration'), context: bounded }],
    ['policies of them', { action: 'iam:PutRolePolicy', resource: roleArn('taproom-dev-migration'), context: bounded }],
    [
      'its roles to services',
      {
        action: 'iam:PassRole',
        resource: roleArn('taproom-dev-migration'),
        context: { 'iam:PassedToService': 'lambda.amazonaws.com' },
      },
    ],
    ['its own network', { action: 'ec2:DeleteVpc', resource: vpc, context: tagged('dev') }],
    ['its alarms', { action: 'cloudwatch:PutMetricAlarm', resource: alarm('dev') }],
    ['its alarms where Route 53 measures', { action: 'cloudwatch:DeleteAlarms', resource: alarm('dev', 'us-east-1') }],
    ['alarms of alarms that tell its topic', compositeAlarm(topic('dev'))],
    ['its topic', { action: 'sns:Subscribe', resource: topic('dev') }],
    ['the tags of a new key', { action: 'kms:TagResource', resource: key, context: asked('dev') }],
    ['its key', { action: 'kms:EnableKeyRotation', resource: key, context: tagged('dev') }],
    ['its state', { action: 's3:PutObject', resource: stateOf('stacks/taproom/dev.json') }],
    ['its lock', { action: 's3:PutObject', resource: stateOf('locks/organization/taproom/dev/1.json') }],
  ])('may change %s', async (_, request) => {
    expect(await may(policies('up-dev'), request)).toBe(true);
  });

  test.each([
    ["another stack's service", { action: 'apprunner:UpdateService', resource: service('taproom-prod-app-runner') }],
    ["another stack's network", { action: 'ec2:DeleteVpc', resource: vpc, context: tagged('prod') }],
    ["somebody else's network", { action: 'ec2:DeleteVpc', resource: vpc }],
    [
      'tags of what it did not make',
      { action: 'ec2:CreateTags', resource: vpc, context: { 'aws:RequestTag/stack': 'dev' } },
    ],
    ['roles without a boundary', { action: 'iam:CreateRole', resource: roleArn('taproom-dev-x') }],
    [
      'roles with another boundary',
      {
        action: 'iam:CreateRole',
        resource: roleArn('taproom-dev-x'),
        context: { 'iam:PermissionsBoundary': 'arn:aws:iam::aws:policy/AdministratorAccess' },
      },
    ],
    ['policies of unbounded roles', { action: 'iam:PutRolePolicy', resource: roleArn('taproom-dev-x') }],
    [
      'its boundary away',
      { action: 'iam:DeleteRolePermissionsBoundary', resource: roleArn('taproom-dev-x'), context: bounded },
    ],
    ['its boundary itself', { action: 'iam:CreatePolicyVersion', resource: boundary }],
    [
      'its own role',
      { action: 'iam:PutRolePolicy', resource: roleArn('taproom-ci/taproom-ci-up-dev'), context: bounded },
    ],
    [
      "another stack's roles to services",
      {
        action: 'iam:PassRole',
        resource: roleArn('taproom-prod-migration'),
        context: { 'iam:PassedToService': 'lambda.amazonaws.com' },
      },
    ],
    [
      'its roles to machines of EC2',
      {
        action: 'iam:PassRole',
        resource: roleArn('taproom-dev-migration'),
        context: { 'iam:PassedToService': 'ec2.amazonaws.com' },
      },
    ],
    ['the state of prod', { action: 's3:PutObject', resource: stateOf('stacks/taproom/prod.json') }],
    ["another stack's alarms", { action: 'cloudwatch:DeleteAlarms', resource: alarm('prod') }],
    ["alarms of alarms that tell another stack's topic", compositeAlarm(topic('prod'))],
    ["another stack's topic", { action: 'sns:Subscribe', resource: topic('prod') }],
    ["another stack's key", { action: 'kms:ScheduleKeyDeletion', resource: key, context: tagged('prod') }],
    [
      "another stack's key into its own",
      { action: 'kms:TagResource', resource: key, context: { ...asked('dev'), ...tagged('prod') } },
    ],
    [
      "the state's key into its own",
      {
        action: 'kms:TagResource',
        resource: state.key,
        context: { ...asked('dev'), 'aws:ResourceTag/project': 'taproom-bootstrap' },
      },
    ],
    ['what its key encrypted', { action: 'kms:Decrypt', resource: key, context: tagged('dev') }],
    ['images', push],
  ])('may not change %s', async (_, request) => {
    expect(await may(policies('up-dev'), request)).toBe(false);
  });

  test('may not read the state of prod, nor of a stack whose name begins as its own', async () => {
    for (const file of [
      'stacks/taproom/prod.json',
      'stacks/taproom/dev2.json',
      'history/taproom/dev2/dev2.history.json',
    ]) {
      expect(await may(policies('up-dev'), { action: 's3:GetObject', resource: stateOf(file) })).toBe(false);
    }
  });
});

describe('the other purposes', () => {
  test('only the image and preview environments push', async () => {
    const pushing = await Promise.all(
      purposes.map(async ({ name }) => ((await may(policies(name), push)) ? [name] : [])),
    );
    expect(pushing.flat()).toEqual(['image', 'up-preview']);
  });

  test("preview environments make their topics' keys", async () => {
    const request = (context: Record<string, string>, action: string) => ({ action, resource: key, context });
    expect(await may(policies('up-preview'), request(asked('pull12'), 'kms:TagResource'))).toBe(true);
    expect(await may(policies('up-preview'), request(tagged('pull12'), 'kms:PutKeyPolicy'))).toBe(true);
    expect(await may(policies('up-preview'), request(tagged('dev'), 'kms:PutKeyPolicy'))).toBe(false);
  });

  test('preview environments do not reach prod', async () => {
    const deleteService = (stack: string) => ({
      action: 'apprunner:DeleteService',
      resource: service(`taproom-${stack}-app-runner`),
    });
    expect(await may(policies('up-preview'), deleteService('pull12'))).toBe(true);
    expect(await may(policies('up-preview'), deleteService('prod'))).toBe(false);
    expect(
      await may(policies('up-preview'), { action: 's3:GetObject', resource: stateOf('stacks/taproom/prod.json') }),
    ).toBe(false);
  });

  test.each(['preview', 'drift'])('%s changes nothing', (name) => {
    const actions = policies(name).flatMap((document) =>
      (JSON.parse(document) as { Statement: { Action: string[] }[] }).Statement.flatMap(({ Action }) => Action),
    );
    const changing = actions.filter((action) => !/:(Describe|View|Get|List|BatchGet|BatchCheck|Lookup)/.test(action));
    // The data key of a state is asked for again by whoever reads it.
    expect(changing.sort()).toEqual(['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey']);
  });

  test('a pull request reads the state of previewed stacks only', async () => {
    const get = (stack: string) => ({ action: 's3:GetObject', resource: stateOf(`stacks/taproom/${stack}.json`) });
    expect(await may(policies('preview'), get('dev'))).toBe(true);
    expect(await may(policies('preview'), get('prod'))).toBe(false);
    expect(await may(policies('drift'), get('prod'))).toBe(true);
  });
});

describe('the boundary', () => {
  const document = JSON.stringify({
    Version: '2012-10-17',
    Statement: boundaryStatements({ region, account, stacks: ['dev'] }),
  });
  const everything = [
    JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }),
  ];
  const secret = (stack: string) =>
    `arn:aws:secretsmanager:${region}:${account}:secret:taproom-${stack}-service-AbCdEf`;

  test('fits a policy', () => expect(document.length).toBeLessThanOrEqual(longestPolicy));

  test('leaves a role of dev its own secret, whatever else it is given', async () => {
    const read = (stack: string) =>
      may(everything, { action: 'secretsmanager:GetSecretValue', resource: secret(stack) }, document);
    expect(await read('dev')).toBe(true);
    expect(await read('prod')).toBe(false);
  });

  test.each([
    ['iam:CreateUser', `arn:aws:iam::${account}:user/mallory`],
    ['iam:AttachRolePolicy', roleArn('taproom-dev-migration')],
    ['sts:AssumeRole', roleArn('taproom-ci/taproom-ci-up-prod')],
    ['s3:GetObject', stateOf('stacks/taproom/prod.json')],
    ['ecr:PutImage', repository],
  ])('takes %s away from an administrator', async (action, resource) => {
    expect(await may(everything, { action, resource })).toBe(true);
    expect(await may(everything, { action, resource }, document)).toBe(false);
  });
});
