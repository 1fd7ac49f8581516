import { deployUnderMocks, type MockedDeployment, providerConfig } from '../testing/deploy-under-mocks';
import { describeInventory } from '../testing/inventory';
import type { MockedResource } from '../testing/mock-clouds';
import { getResource, waitsFor } from '../testing/resource-graph';

const serviceType = 'aws:ecs/service:Service';
const domain = { aws: { name: 'api.example.com', zone: 'example.com' } };

/** A stack of this target only, with some of its settings. */
function deploy(fargate: object = {}, stack: Record<string, unknown> = {}): Promise<MockedDeployment> {
  const settings = { 'taproom:settings': { 'ecs-fargate': fargate } };
  const config = { ...providerConfig, 'taproom:targets': ['ecs-fargate'], ...settings, ...stack };
  return deployUnderMocks({ config });
}

const typed = (resources: readonly MockedResource[], type: string) =>
  resources.filter((resource) => resource.type === type);
const namesOf = (resources: readonly MockedResource[]) => resources.map(({ name }) => name);
const policyOf = (resources: readonly MockedResource[], name: string) =>
  String(getResource(resources, 'aws:iam/rolePolicy:RolePolicy', name).inputs.policy);
const containerOf = (resources: readonly MockedResource[]) => {
  const definition = getResource(resources, 'aws:ecs/taskDefinition:TaskDefinition');
  return JSON.parse(String(definition.inputs.containerDefinitions))[0];
};

async function problemsOf(fargate: object, stack: Record<string, unknown> = {}): Promise<string> {
  const failed = await deploy(fargate, stack).catch((error: Error) => error);
  return failed instanceof Error ? failed.message : '';
}

describe('the ecs-fargate target', () => {
  test('creates exactly this of its own', async () => {
    const { resources } = await deploy();
    const own = resources.filter(({ options }) => options.parent.endsWith('::ecs-fargate'));
    expect(`${describeInventory(own)}\n`).toMatchSnapshot();
  });

  test('starts tasks only after everything that a task reaches', async () => {
    const { resources } = await deploy();
    const service = getResource(resources, serviceType);
    const reached = resources.filter(
      ({ type, name }) =>
        /:(VpcEndpoint|SecurityGroupEgressRule|RolePolicy|Listener|ClusterCapacityProviders|RouteTableAssociation)$/.test(
          type,
        ) && !name.startsWith('migration'),
    );
    expect(reached.length).toBeGreaterThan(12);
    for (const resource of reached) {
      expect([resource.name, waitsFor(resources, service, resource)]).toEqual([resource.name, true]);
    }
  });

  test('keeps no secret in the task definition, and pins each by its version', async () => {
    const { environment, secrets } = containerOf((await deploy()).resources);
    expect(secrets.map(({ name }: { name: string }) => name)).toEqual([
      'API_KEY',
      'POSTGRES_PASSWORD',
      'REDIS_PASSWORD',
    ]);
    for (const { name, valueFrom } of secrets) expect(valueFrom).toMatch(new RegExp(`:${name}::version-1$`));
    expect(JSON.stringify(environment)).not.toMatch(/PASSWORD|API_KEY/);
  });

  test('gives tasks no public address, and lets in the load balancer only', async () => {
    const { resources } = await deploy();
    expect(getResource(resources, serviceType).inputs.networkConfiguration).toEqual({
      subnets: ['private-0-id', 'private-1-id'],
      securityGroups: ['ecs-fargate-group-id'],
      assignPublicIp: false,
    });
    const doors = typed(resources, 'aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule').filter(
      ({ inputs }) => inputs.securityGroupId === 'ecs-fargate-group-id',
    );
    expect(doors.map(({ inputs }) => [inputs.referencedSecurityGroupId, inputs.fromPort])).toEqual([
      ['ecs-fargate-public-group-id', 8080],
    ]);
  });
});

describe('taproom:domain.aws', () => {
  test('none: answers over plain HTTP, and warns', async () => {
    const { outputs, resources } = await deploy();
    expect(outputs.app_url).toBe('http://taproom-dev-ecs-fargate-0123abcd.us-east-1.elb.amazonaws.com');
    expect(outputs.warnings).toEqual([
      expect.stringMatching(/^ecs-fargate: answers over plain HTTP, .*taproom:domain\.aws/),
    ]);
    expect(typed(resources, 'aws:lb/listener:Listener').map(({ inputs }) => inputs.port)).toEqual([80]);
  });

  test('answers under the name by HTTPS, leads HTTP there, and warns of nothing', async () => {
    const { outputs, resources } = await deploy({}, { 'taproom:domain': domain });
    expect(outputs.app_url).toBe('https://api.example.com');
    expect(outputs.warnings).toEqual([]);
    const listener = (port: number) =>
      getResource(resources, 'aws:lb/listener:Listener', `ecs-fargate-port-${port}`).inputs;
    expect(listener(443)).toMatchObject({ protocol: 'HTTPS', sslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06' });
    expect(listener(80)).toMatchObject({
      defaultActions: [{ type: 'redirect', redirect: { protocol: 'HTTPS', port: '443', statusCode: 'HTTP_301' } }],
    });
    const alias = getResource(resources, 'aws:route53/record:Record', 'ecs-fargate-alias');
    expect(alias.inputs).toMatchObject({ zoneId: 'zone-of-example.com', name: 'api.example.com', type: 'A' });
    const validation = getResource(resources, 'aws:acm/certificateValidation:CertificateValidation');
    const https = getResource(resources, 'aws:lb/listener:Listener', 'ecs-fargate-port-443');
    expect(waitsFor(resources, https, validation)).toBe(true);
  });

  test('is for this target, and not for one of the cloud that has its own address', async () => {
    const targets = { 'taproom:targets': ['app-runner', 'ecs-fargate'], 'taproom:service': { maxInstances: 1 } };
    const { outputs } = await deploy({}, { ...targets, 'taproom:domain': domain });
    expect(outputs.app_urls).toEqual({
      'app-runner': 'https://abc.us-east-1.awsapprunner.com',
      'ecs-fargate': 'https://api.example.com',
    });
  });

  test('must have a name inside of its zone', async () => {
    const outside = { aws: { name: 'api.example.org', zone: 'example.com' } };
    expect(await problemsOf({}, { 'taproom:domain': outside })).toContain(
      'ecs-fargate: taproom:domain.aws.name must be example.com or end in .example.com, to be in taproom:domain.aws.zone',
    );
  });
});

describe('taproom:settings.ecs-fargate', () => {
  test('egress nat takes a gateway in place of endpoints', async () => {
    const { resources } = await deploy({ egress: 'nat' });
    expect(typed(resources, 'aws:ec2/vpcEndpoint:VpcEndpoint')).toEqual([]);
    const service = getResource(resources, serviceType);
    expect(waitsFor(resources, service, getResource(resources, 'aws:ec2/route:Route', 'private-to-nat'))).toBe(true);
    const out = getResource(
      resources,
      'aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule',
      'ecs-fargate-to-internet-egress',
    );
    expect(out.inputs).toMatchObject({ cidrIpv4: '0.0.0.0/0', fromPort: 443, toPort: 443 });
  });

  test.each([
    [false, ['private-0-id']],
    [true, ['private-0-id', 'private-1-id']],
  ])('egress endpoints are in two zones with high availability: %s', async (highAvailability, subnetIds) => {
    const { resources } = await deploy({}, { 'taproom:database': { highAvailability } });
    const endpoint = getResource(resources, 'aws:ec2/vpcEndpoint:VpcEndpoint', 'ecr-dkr-endpoint');
    expect(endpoint.inputs).toMatchObject({ serviceName: 'com.amazonaws.us-east-1.ecr.dkr', subnetIds });
  });

  test.each([
    ['blue-green', { strategy: 'BLUE_GREEN', bakeTimeInMinutes: '5' }],
    [
      'canary',
      {
        strategy: 'CANARY',
        bakeTimeInMinutes: '5',
        canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: '5' },
      },
    ],
  ])('strategy %s shifts a rule between two target groups', async (strategy, deploymentConfiguration) => {
    const { resources } = await deploy({ strategy });
    const { inputs } = getResource(resources, serviceType);
    expect(inputs.deploymentConfiguration).toEqual(deploymentConfiguration);
    expect(inputs.loadBalancers).toEqual([
      expect.objectContaining({
        advancedConfiguration: {
          alternateTargetGroupArn: expect.stringContaining('ecs-fargate-b'),
          productionListenerRule: expect.stringContaining(':listener-rule/app/'),
          roleArn: 'arn:aws:iam::123456789012:role/taproom-dev-ecs-fargate-traffic',
        },
      }),
    ]);
    const rule = getResource(resources, 'aws:lb/listenerRule:ListenerRule');
    expect(rule.options.ignoreChanges).toEqual(['actions']);
    expect(typed(resources, 'aws:lb/targetGroup:TargetGroup')).toHaveLength(2);
    expect(namesOf(typed(resources, 'aws:appautoscaling/policy:Policy'))).toEqual(['ecs-fargate-cpu']);
  });

  test('spot keeps the first instance off Spot', async () => {
    const service = { 'taproom:service': { minInstances: 2, maxInstances: 3 } };
    const { resources } = await deploy({ spot: true }, service);
    expect(getResource(resources, serviceType).inputs.capacityProviderStrategies).toEqual([
      { capacityProvider: 'FARGATE', base: 1, weight: 0 },
      { capacityProvider: 'FARGATE_SPOT', weight: 1 },
    ]);
  });

  test('cpuTarget and requestsPerTarget are what scaling keeps', async () => {
    const { resources } = await deploy({ cpuTarget: 45, requestsPerTarget: 900 });
    const targets = typed(resources, 'aws:appautoscaling/policy:Policy').map(
      ({ inputs }) => inputs.targetTrackingScalingPolicyConfiguration as { targetValue: number },
    );
    expect(targets.map(({ targetValue }) => targetValue)).toEqual([45, 900]);
  });

  test('waf lets through the bodies and paths of the contract', async () => {
    const { resources } = await deploy({ waf: true });
    const acl = JSON.stringify(getResource(resources, 'aws:wafv2/webAcl:WebAcl').inputs);
    expect(acl).toContain('{"actionToUse":{"count":{}},"name":"SizeRestrictions_BODY"}');
    expect(acl).toContain('{"actionToUse":{"count":{}},"name":"SizeRestrictions_URIPATH"}');
    expect(typed(resources, 'aws:wafv2/webAclAssociation:WebAclAssociation')).toHaveLength(1);
    expect(typed((await deploy()).resources, 'aws:wafv2/webAcl:WebAcl')).toEqual([]);
  });

  test('exec opens a shell, and is off by default', async () => {
    const { resources } = await deploy({ exec: true });
    expect(getResource(resources, serviceType).inputs.enableExecuteCommand).toBe(true);
    expect(policyOf(resources, 'ecs-fargate-policy')).toContain('ssmmessages:OpenDataChannel');
    expect(containerOf(resources)).toMatchObject({ readonlyRootFilesystem: false });
    expect(namesOf(typed(resources, 'aws:ec2/vpcEndpoint:VpcEndpoint'))).toContain('ssmmessages-endpoint');

    const off = (await deploy()).resources;
    expect(getResource(off, serviceType).inputs.enableExecuteCommand).toBe(false);
    expect(JSON.stringify(off)).not.toContain('ssmmessages');
    expect(containerOf(off)).toMatchObject({ readonlyRootFilesystem: true, user: '10001:10001' });
  });

  test('containerInsights turns the metrics of tasks on', async () => {
    const { resources } = await deploy({ containerInsights: true });
    const { settings } = getResource(resources, 'aws:ecs/cluster:Cluster').inputs;
    expect(settings).toEqual([{ name: 'containerInsights', value: 'enabled' }]);
  });

  test.each<[object, object, string]>([
    [
      { spot: true },
      {},
      'ecs-fargate: taproom:settings.ecs-fargate.spot must be false, or taproom:service.minInstances at least 2: ' +
        'only the first instance is never taken back',
    ],
    [
      {},
      { minInstances: 0 },
      'ecs-fargate: taproom:service.minInstances must be at least 1: nothing would start an instance at a request',
    ],
    [
      { strategy: 'canary', requestsPerTarget: 100 },
      {},
      'ecs-fargate: taproom:settings.ecs-fargate.requestsPerTarget must not be set with ' +
        'taproom:settings.ecs-fargate.strategy canary: ECS counts requests with rolling only',
    ],
    [{ strategy: 'linear' }, {}, 'taproom:settings.ecs-fargate.strategy must be one of rolling, blue-green, canary'],
    [{ egress: 'public' }, {}, 'taproom:settings.ecs-fargate.egress must be one of endpoints, nat'],
    [{}, { cpu: 32 }, 'taproom:service.cpu must be at most 16'],
  ])('refuses %j with service %j', async (fargate, service, problem) => {
    expect(await problemsOf(fargate, { 'taproom:service': service })).toContain(`- ${problem}`);
  });
});
