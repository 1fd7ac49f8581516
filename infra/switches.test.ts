import { deployUnderMocks, providerConfig } from './testing/deploy-under-mocks';
import type { MockedResource } from './testing/mock-clouds';
import { getResource } from './testing/resource-graph';

// A twin of each target, so that two targets of one cloud are seen before a cloud has two.
jest.mock('./targets', () => {
  const { targets } = jest.requireActual('./targets');
  const twins = ['app-runner', 'cloud-run', 'ecs-fargate'].map((name) => [`${name}-twin`, targets[name]]);
  return { targets: { ...targets, ...Object.fromEntries(twins) } };
});

const names = ['app-runner', 'cloud-run', 'app-runner-twin', 'cloud-run-twin'];
// Twins double the connections.
const small = { 'taproom:service': { maxInstances: 1 } };

async function deploy(targets: string[]): Promise<MockedResource[]> {
  const config = { ...providerConfig, ...small, 'taproom:targets': targets };
  return (await deployUnderMocks({ config })).resources;
}

/** By URN; without the image, which goes to the registries of all clouds that are enabled. */
function withoutImage(resources: readonly MockedResource[]): Map<string, MockedResource> {
  return new Map(resources.filter(({ name }) => name !== 'image').map((resource) => [resource.urn, resource]));
}

function expectSame(resources: readonly MockedResource[], others: readonly MockedResource[]): void {
  expect(withoutImage(resources)).toEqual(withoutImage(others));
}

function expectContained(resources: readonly MockedResource[], larger: readonly MockedResource[]): void {
  const all = withoutImage(larger);
  for (const [urn, resource] of withoutImage(resources)) expect(all.get(urn)).toEqual(resource);
}

describe('taproom:targets', () => {
  let appRunner: MockedResource[];
  let cloudRun: MockedResource[];
  let two: MockedResource[];
  let all: MockedResource[];

  beforeAll(async () => {
    appRunner = await deploy(['app-runner']);
    cloudRun = await deploy(['cloud-run']);
    two = await deploy(['cloud-run-twin', 'app-runner']);
    all = await deploy(names);
  });

  test('adds and removes a target without a change of any other', () => {
    expectContained(appRunner, two);
    expectContained(appRunner, all);
    expectContained(cloudRun, all);
    expectContained(two, all);
  });

  test('does not care for the order', async () => {
    expectSame(await deploy([...names].reverse()), all);
  });

  test('makes what two targets of one cloud share only once', () => {
    const count = (type: string) => all.filter((resource) => resource.type === type).length;
    expect(count('pulumi:providers:aws')).toBe(1);
    expect(count('aws:rds/instance:Instance')).toBe(1);
    expect(count('aws:lambda/invocation:Invocation')).toBe(1);
    expect(count('aws:apprunner/service:Service')).toBe(2);
    expect(count('gcp:sql/databaseInstance:DatabaseInstance')).toBe(1);
    expect(count('gcp:cloudrunv2/job:Job')).toBe(1);
    expect(count('gcp:cloudrunv2/service:Service')).toBe(2);
  });

  test('builds once, with a tag in the registry of each enabled cloud', () => {
    const image = all.filter(({ type }) => type === 'docker-build:index:Image');
    expect(image).toHaveLength(1);
    expect(image[0]?.inputs.tags).toEqual([
      expect.stringMatching(/^123456789012\.dkr\.ecr\.us-east-1\.amazonaws\.com\/taproom-dev-service:content-/),
      expect.stringMatching(/^us-central1-docker\.pkg\.dev\/my-project-123\/taproom-dev-images\/service:content-/),
    ]);
    expect(appRunner.find(({ name }) => name === 'image')?.inputs.tags).toHaveLength(1);
  });
});

describe('targets of one cloud that need more than its foundation', () => {
  const fargates = ['ecs-fargate', 'ecs-fargate-twin'];

  test('share a way out of the network, and change nothing of a target that needs none', async () => {
    const appRunner = await deploy(['app-runner']);
    const all = await deploy(['app-runner', ...fargates]);
    expectContained(appRunner, all);
    expectContained(await deploy(['ecs-fargate']), all);
    expect(all.filter(({ type }) => type === 'aws:ec2/internetGateway:InternetGateway')).toHaveLength(1);
    expect(getResource(all, 'aws:ec2/vpcEndpoint:VpcEndpoint', 'logs-endpoint').options.parent).toMatch(/::aws$/);
    expect(appRunner.filter(({ type }) => /VpcEndpoint|NatGateway|InternetGateway/.test(type))).toEqual([]);
  });

  test('may go out on different ways', async () => {
    const config = {
      ...providerConfig,
      ...small,
      'taproom:targets': fargates,
      'taproom:settings': { 'ecs-fargate-twin': { egress: 'nat' } },
    };
    const { resources } = await deployUnderMocks({ config });
    expectContained(await deploy(['ecs-fargate']), resources);
    const rule = (name: string) =>
      getResource(resources, 'aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule', name).inputs;
    // By their private names the endpoints are where every caller in the network is led to.
    expect(rule('endpoints-from-network')).toMatchObject({ cidrIpv4: '10.20.0.0/16', fromPort: 443 });
  });

  test('cannot all have one domain', async () => {
    const config = {
      ...providerConfig,
      ...small,
      'taproom:targets': fargates,
      'taproom:domain': { aws: { name: 'api.example.com', zone: 'example.com' } },
    };
    await expect(deployUnderMocks({ config })).rejects.toThrow(
      'taproom:domain.aws must be left out, or taproom:targets name only one of ecs-fargate, ecs-fargate-twin: ' +
        'a name leads to one of them',
    );
  });
});

describe('taproom:cache', () => {
  test('none makes no Redis and gives the service none', async () => {
    const config = { ...providerConfig, 'taproom:targets': ['app-runner', 'cloud-run'], 'taproom:cache': 'none' };
    const { resources } = await deployUnderMocks({ config });
    expect(resources.map(({ name }) => name).filter((name) => name.includes('redis'))).toEqual(['redis-api']);
    expect(JSON.stringify(resources)).not.toContain('REDIS_');
  });
});

describe('taproom:registries', () => {
  const registries = {
    aws: '123456789012.dkr.ecr.us-east-1.amazonaws.com/shared',
    gcp: 'us-docker.pkg.dev/my-images-123/shared/taproom',
  };
  const imageDigest = `sha256:${'e'.repeat(64)}`;

  test('takes an image from shared repositories, and makes none', async () => {
    const config = {
      ...providerConfig,
      'taproom:targets': ['app-runner', 'cloud-run'],
      'taproom:registries': registries,
      'taproom:imageDigest': imageDigest,
    };
    const asked: unknown[] = [];
    const calls = {
      'aws:ecr/getImage:getImage': (inputs: object) => {
        asked.push(inputs);
        return {};
      },
      'gcp:artifactregistry/getDockerImage:getDockerImage': (inputs: object) => {
        asked.push(inputs);
        return {};
      },
    };
    const { resources, outputs } = await deployUnderMocks({ config, calls });
    expect(resources.filter(({ type }) => /^aws:ecr|^gcp:artifactregistry|^docker-build/.test(type))).toEqual([]);
    expect(outputs.image_digest).toBe(imageDigest);
    expect(outputs.image_references).toEqual({
      aws: `${registries.aws}@${imageDigest}`,
      gcp: `${registries.gcp}@${imageDigest}`,
    });
    expect(asked).toContainEqual({
      region: 'us-east-1',
      registryId: '123456789012',
      repositoryName: 'shared',
      imageDigest,
    });
    expect(asked).toContainEqual({
      project: 'my-images-123',
      location: 'us',
      repositoryId: 'shared',
      imageName: `taproom@${imageDigest}`,
    });
  });
});
