import { parseGraph } from '../graph/graph';
import { orderRules } from './order';

const digest = `sha256:${'a'.repeat(64)}`;
const image = `123456789012.dkr.ecr.eu-central-1.amazonaws.com/orders@${digest}`;
const roleArn = 'arn:aws:iam::123456789012:role/service';
const secretArn = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:orders-AbCdEf';
const connectorArn = 'arn:aws:apprunner:eu-central-1:123456789012:vpcconnector/orders/1/0';
const rule = { securityGroupId: 'sg-0a', referencedSecurityGroupId: 'sg-0b', ipProtocol: 'tcp' };

type Node = { type: string; inputs?: object; outputs?: object; needs?: readonly string[] };

/** A service, and a function of its image that prepares its database; each waits for all that it needs. */
const program: Readonly<Record<string, Node>> = {
  role: { type: 'aws:iam/role:Role', outputs: { arn: roleArn, name: 'service' } },
  policy: { type: 'aws:iam/rolePolicy:RolePolicy', inputs: { role: 'service' }, needs: ['role'] },
  version: { type: 'aws:secretsmanager/secretVersion:SecretVersion', outputs: { secretArn } },
  'repository-policy': { type: 'aws:ecr/repositoryPolicy:RepositoryPolicy', inputs: { repository: 'orders' } },
  connector: {
    type: 'aws:apprunner/vpcConnector:VpcConnector',
    inputs: { securityGroups: ['sg-0a'] },
    outputs: { arn: connectorArn },
  },
  egress: { type: 'aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule', inputs: rule },
  ingress: {
    type: 'aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule',
    inputs: { ...rule, securityGroupId: 'sg-0b', referencedSecurityGroupId: 'sg-0a' },
  },
  database: { type: 'aws:rds/instance:Instance', inputs: { vpcSecurityGroupIds: ['sg-0b'] } },
  function: {
    type: 'aws:lambda/function:Function',
    inputs: { role: roleArn, imageUri: image, vpcConfig: { securityGroupIds: ['sg-0a'] } },
    outputs: { name: 'migrate' },
    needs: ['policy', 'repository-policy'],
  },
  invocation: {
    type: 'aws:lambda/invocation:Invocation',
    inputs: { functionName: 'migrate' },
    needs: ['function', 'egress', 'ingress', 'database'],
  },
  service: {
    type: 'aws:apprunner/service:Service',
    inputs: {
      instanceConfiguration: { instanceRoleArn: roleArn },
      networkConfiguration: { egressConfiguration: { vpcConnectorArn: connectorArn } },
      sourceConfiguration: {
        imageRepository: {
          imageIdentifier: image,
          imageConfiguration: { runtimeEnvironmentSecrets: { PASSWORD: `${secretArn}:PASSWORD::` } },
        },
      },
    },
    needs: ['policy', 'version', 'connector', 'egress', 'ingress', 'database', 'invocation'],
  },
};

const urnOf = (name: string) => `urn:pulumi:a::b::${program[name]?.type}::${name}`;

/** What the rules say when the first of the two does not wait for the second, by whatever way. */
async function judge(forgets: Readonly<Record<string, readonly string[]>> = {}): Promise<string[]> {
  const resources = Object.entries(program).map(([name, { type, inputs = {}, outputs = {}, needs = [] }]) => ({
    urn: urnOf(name),
    type,
    custom: true,
    inputs,
    outputs,
    dependencies: needs.filter((need) => !forgets[name]?.includes(need)).map(urnOf),
  }));
  const graph = parseGraph({ deployment: { resources } });
  const found: string[] = [];
  for (const order of orderRules) {
    if (order.stage !== 'graph') continue;
    found.push(...(await order.check(graph)).map(({ message }) => `${order.id}: ${message}`));
  }
  return found;
}

describe('the rules of aws.order', () => {
  test('accept a program in which all waits for what it needs', async () => {
    expect(await judge()).toEqual([]);
  });

  test.each<[string, Record<string, string[]>, string]>([
    ['aws.order.role-policies', { function: ['policy'] }, 'function must wait for policy'],
    ['aws.order.secret-version', { service: ['version'] }, 'service must wait for version'],
    ['aws.order.repository-policy', { function: ['repository-policy'] }, 'function must wait for repository-policy'],
    ['aws.order.network-path', { invocation: ['ingress'] }, 'invocation must wait for ingress'],
    ['aws.order.network-path', { invocation: ['database'] }, 'invocation must wait for database'],
    ['aws.order.migration', { service: ['invocation'] }, 'service must wait for invocation'],
  ])('%s finds %j', async (id, forgets, message) => {
    expect(await judge(forgets)).toContainEqual(expect.stringContaining(`${id}: ${message}`));
  });

  test('find a service that waits for nothing', async () => {
    const found = await judge({ service: program.service?.needs ?? [] });
    expect(found.map((line) => line.split(':')[0])).toEqual(
      expect.arrayContaining(['aws.order.role-policies', 'aws.order.network-path', 'aws.order.migration']),
    );
  });
});
