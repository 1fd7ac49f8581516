import { deployUnderMocks, type MockedDeployment, providerConfig } from '../testing/deploy-under-mocks';
import { describeInventory } from '../testing/inventory';
import { getResource, waitsFor } from '../testing/resource-graph';

const serviceType = 'aws:ecs/expressGatewayService:ExpressGatewayService';

function deploy(settings: Record<string, unknown> = {}): Promise<MockedDeployment> {
  return deployUnderMocks({ config: { ...providerConfig, 'taproom:targets': ['ecs-express'], ...settings } });
}

const ownOf = ({ resources }: MockedDeployment) =>
  resources.filter(({ options }) => options.parent.endsWith('::ecs-express'));

describe('the ecs-express target', () => {
  test('creates exactly this of its own', async () => {
    expect(`${describeInventory(ownOf(await deploy()))}\n`).toMatchSnapshot();
  });

  test('is gone before the policies of its roles are, and comes after them', async () => {
    const { resources } = await deploy();
    const service = getResource(resources, serviceType);
    const policies = resources.filter(
      ({ type, name }) => /^aws:iam\/rolePolicy(Attachment)?:/.test(type) && name.startsWith('ecs-express-'),
    );
    expect(policies.map(({ name }) => name).sort()).toEqual([
      'ecs-express-execution-policy',
      'ecs-express-infrastructure-AmazonECSInfrastructureRoleforExpressGatewayServices',
    ]);
    for (const policy of policies) expect(waitsFor(resources, service, policy)).toBe(true);
  });

  test('comes after the way to the internet from its subnets', async () => {
    const { resources } = await deploy();
    const service = getResource(resources, serviceType);
    const way = getResource(resources, 'aws:ec2/route:Route', 'public-to-internet');
    expect(waitsFor(resources, service, way)).toBe(true);
  });

  test('scales on requests where that is wanted', async () => {
    const { resources } = await deploy({ 'taproom:settings': { 'ecs-express': { requestsPerTarget: 500 } } });
    expect(getResource(resources, serviceType).inputs.scalingTargets).toEqual([
      {
        autoScalingMetric: 'REQUEST_COUNT_PER_TARGET',
        autoScalingTargetValue: 500,
        minTaskCount: 1,
        maxTaskCount: 2,
      },
    ]);
  });

  test('beside App Runner it changes nothing of what was there, and shares its database', async () => {
    const urnsOf = async (targets: string[]) =>
      (await deploy({ 'taproom:targets': targets })).resources.map(({ urn, inputs }) => [urn, inputs] as const);
    const alone = await urnsOf(['app-runner']);
    const both = new Map(await urnsOf(['app-runner', 'ecs-express']));
    const known = alone.filter(([urn]) => both.has(urn));
    expect(known).toHaveLength(alone.length);
    const changed = known.filter(([urn, inputs]) => JSON.stringify(both.get(urn)) !== JSON.stringify(inputs));
    expect(changed).toEqual([]);
  });
});
