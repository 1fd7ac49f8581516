import { targets } from './targets';
import { deployUnderMocks, type MockedDeployment, providerConfig } from './testing/deploy-under-mocks';
import { type MockedResource, mockDigest, mockImageId } from './testing/mock-clouds';
import { plainTexts, waitsFor } from './testing/resource-graph';

type CloudFacts = {
  package: string;
  /** Where the provider puts the marks of the stack; without it every resource that can has them. */
  marks?: string;
  /** How the image is referred to. */
  image: RegExp;
  leastResources: number;
};

/** By cloud: what its resources are called, and how they are told apart. */
const clouds: Record<string, CloudFacts> = {
  aws: { package: 'aws', marks: 'defaultTags', image: new RegExp(`@${mockDigest}$`), leastResources: 20 },
  docker: { package: 'docker', image: new RegExp(`^${mockImageId}$`), leastResources: 15 },
  gcp: { package: 'gcp', marks: 'defaultLabels', image: new RegExp(`@${mockDigest}$`), leastResources: 20 },
};
/** What Docker has no labels for. */
const withoutLabels = /^docker:index\/(tag:Tag|remoteImage:RemoteImage)$/;

/** The types that run instances of a service, of every cloud: one of them in each target. */
const runsInstances = /:(Container|ExpressGatewayService|Release|Service)$/;

const longest = { project: 'P_.-'.repeat(25), stack: 'S_.-'.repeat(25) };

// The same checks for every target. A new one passes them, or is not one.
describe.each(Object.entries(targets))('target %s', (name, target) => {
  const config = Object.fromEntries(
    Object.entries({ ...providerConfig, 'taproom:targets': [name] }).filter(
      ([key]) => key.startsWith('taproom:') || key.startsWith(`${target.cloud.name}:`),
    ),
  );
  const cloud = clouds[target.cloud.name];
  let deployment: MockedDeployment;
  let own: MockedResource[];

  beforeAll(async () => {
    deployment = await deployUnderMocks({ config });
    own = deployment.resources.filter(({ options }) => options.parent.endsWith(`::${name}`));
  });

  /** What runs the target's instances: it has the target's name. */
  const running = () => own.filter(({ type, name: resource }) => resource === name && runsInstances.test(type));

  test("answers under https or says that it does not, and is the stack's address when it is the first", () => {
    const urls = deployment.outputs.app_urls as Record<string, string>;
    expect(urls[name]).toMatch(/^(https?:\/\/[a-z0-9.-]+|http:\/\/localhost:[0-9]+)$/);
    const warnings = deployment.outputs.warnings as string[];
    expect(warnings.some((warning) => /plain HTTP/.test(warning))).toBe(urls[name]?.startsWith('http:'));
    expect(deployment.outputs.app_url).toBe(urls[name]);
  });

  test('tells how to read its logs', () => {
    expect(deployment.outputs.logs_command).toEqual({
      [name]: expect.stringMatching(/^(aws logs|docker logs|gcloud logging) /),
    });
  });

  test('prints the size of its instances', () => {
    expect(deployment.messages).toEqual([
      expect.stringMatching(new RegExp(`^${name}: instances of .* vCPU and .* MiB$`)),
    ]);
  });

  test('creates nothing of another cloud, nor its provider', () => {
    const others = Object.entries(clouds).filter(([other]) => other !== target.cloud.name);
    for (const { package: pkg } of others.map(([, other]) => other)) {
      expect(deployment.resources.map(({ type }) => type)).not.toContainEqual(
        expect.stringMatching(new RegExp(`^(${pkg}:|pulumi:providers:${pkg}$)`)),
      );
    }
  });

  test('runs the image by its digest, gated by /startup and kept alive by /health', () => {
    expect(running()).toHaveLength(1);
    expect(textsOf(own)).toContain('/startup');
    const texts = textsOf([...running(), ...own.filter(({ type }) => type.endsWith(':TaskDefinition'))]);
    expect(texts).toContainEqual(expect.stringMatching(cloud?.image ?? 'a known cloud'));
    expect(texts).not.toContainEqual(expect.stringMatching(/:(latest|content-)/));
  });

  test('changes the service only after the migration of the same image', () => {
    const migration = deployment.resources.filter(
      ({ name: resource, type }) => /(^|-)migration$/.test(resource) && /:(Container|Invocation|Job)$/.test(type),
    );
    expect(migration).toHaveLength(1);
    for (const service of running()) {
      for (const step of migration) expect(waitsFor(deployment.resources, service, step)).toBe(true);
    }
  });

  test('shows no secret in the inputs of anything', () => {
    const texts = deployment.resources.flatMap(({ inputs }) => plainTexts(inputs)).join('\n');
    expect(texts).not.toMatch(/-password-value|auth-string|(ecr|gcp)-token/);
  });

  test('marks everything with project and stack', () => {
    const provider = deployment.resources.find(({ type }) => type === `pulumi:providers:${cloud?.package}`);
    const ofCloud = deployment.resources.filter(({ type }) => type.startsWith(`${cloud?.package}:`));
    const marked =
      cloud?.marks === undefined
        ? ofCloud.filter(({ type }) => !withoutLabels.test(type)).map(({ inputs }) => inputs.labels)
        : [provider?.inputs[cloud.marks]];
    for (const marks of marked) expect(JSON.stringify(marks)).toMatch(/taproom.*dev/);
    expect(ofCloud.length).toBeGreaterThan(cloud?.leastResources ?? 0);
    expect(new Set(ofCloud.map(({ options }) => options.provider))).toEqual(
      new Set([`${provider?.urn}::${cloud?.package}-id`]),
    );
  });

  test('has every resource in its own component or in the shared one of its cloud', () => {
    const parents = new Set(
      deployment.resources
        .filter(({ type }) => type.startsWith(`${cloud?.package}:`))
        .map(({ options }) => options.parent.split('::').at(-1)),
    );
    expect(parents).toEqual(new Set([name, target.cloud.name]));
  });

  test('names everything within the limits for the longest project and stack', async () => {
    const { resources } = await deployUnderMocks({ ...longest, config });
    const problems = resources.flatMap(({ type, inputs }) => findNameProblems(type, inputs));
    expect(problems).toEqual([]);
  });
});

/** Also those inside of a text that is JSON, such as a task definition. */
function textsOf(resources: readonly MockedResource[]): string[] {
  return resources.flatMap(({ inputs }) => plainTexts(inputs)).flatMap((text) => text.split('"'));
}

/** The property that holds a type's name, how long it may be, and of what. From each API's reference. */
const nameRules: Record<string, [property: string, rule: RegExp]> = {
  'aws:apprunner/autoScalingConfigurationVersion:AutoScalingConfigurationVersion': [
    'autoScalingConfigurationName',
    /^[A-Za-z0-9][A-Za-z0-9_-]{3,31}$/,
  ],
  'aws:apprunner/service:Service': ['serviceName', /^[A-Za-z0-9][A-Za-z0-9_-]{3,39}$/],
  'aws:apprunner/vpcConnector:VpcConnector': ['vpcConnectorName', /^[A-Za-z0-9][A-Za-z0-9_-]{3,39}$/],
  'aws:ecr/repository:Repository': ['name', /^[a-z0-9]+(?:[._-][a-z0-9]+)*$/],
  'aws:ecs/expressGatewayService:ExpressGatewayService': ['serviceName', /^[A-Za-z0-9_-]{1,32}$/],
  'aws:eks/cluster:Cluster': ['name', /^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$/],
  'aws:eks/nodeGroup:NodeGroup': ['nodeGroupName', /^[0-9A-Za-z][A-Za-z0-9_-]{0,62}$/],
  'aws:elasticache/replicationGroup:ReplicationGroup': ['replicationGroupId', /^[a-z](?:-?[a-z0-9]){0,39}$/],
  'aws:iam/role:Role': ['name', /^[\w+=,.@-]{1,64}$/],
  'aws:lambda/function:Function': ['name', /^[a-zA-Z0-9-_]{1,64}$/],
  'aws:rds/instance:Instance': ['identifier', /^[a-z](?:-?[a-z0-9]){0,62}$/],
  'aws:scheduler/schedule:Schedule': ['name', /^[0-9a-zA-Z-_.]{1,64}$/],
  'aws:ecs/cluster:Cluster': ['name', /^[A-Za-z0-9_-]{1,255}$/],
  'aws:ecs/service:Service': ['name', /^[A-Za-z0-9_-]{1,255}$/],
  'aws:ecs/taskDefinition:TaskDefinition': ['family', /^[A-Za-z0-9_-]{1,255}$/],
  'aws:lb/loadBalancer:LoadBalancer': ['name', /^(?!internal-)[A-Za-z0-9](?:[A-Za-z0-9-]{0,30}[A-Za-z0-9])?$/],
  'aws:lb/targetGroup:TargetGroup': ['name', /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,30}[A-Za-z0-9])?$/],
  'aws:secretsmanager/secret:Secret': ['name', /^[\w/+=.@-]{1,512}$/],
  'docker:index/container:Container': ['name', /^[a-zA-Z0-9][a-zA-Z0-9_.-]{1,62}$/],
  'docker:index/network:Network': ['name', /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/],
  'docker:index/tag:Tag': ['targetImage', /^[a-z0-9]+(?:[._-][a-z0-9]+)*:[\w][\w.-]{0,127}$/],
  'docker:index/volume:Volume': ['name', /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/],
  'gcp:artifactregistry/repository:Repository': ['repositoryId', /^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/],
  'gcp:cloudrunv2/service:Service': ['name', /^[a-z](?:[a-z0-9-]{0,47}[a-z0-9])?$/],
  'gcp:compute/globalAddress:GlobalAddress': ['name', /^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/],
  'gcp:compute/network:Network': ['name', /^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/],
  'gcp:compute/subnetwork:Subnetwork': ['name', /^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/],
  'gcp:logging/projectBucketConfig:ProjectBucketConfig': ['bucketId', /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/],
  'gcp:logging/projectSink:ProjectSink': ['name', /^[A-Za-z0-9_.-]{1,100}$/],
  'gcp:redis/instance:Instance': ['name', /^[a-z](?:[a-z0-9-]{0,38}[a-z0-9])?$/],
  'gcp:secretmanager/secret:Secret': ['secretId', /^[A-Za-z0-9_-]{1,255}$/],
  'gcp:serviceaccount/account:Account': ['accountId', /^[a-z](?:[a-z0-9-]{4,28}[a-z0-9])$/],
  'gcp:sql/databaseInstance:DatabaseInstance': ['name', /^[a-z](?:[a-z0-9-]{0,65}[a-z0-9])?$/],
};

function findNameProblems(type: string, inputs: Record<string, unknown>): string[] {
  const [property, rule] = nameRules[type] ?? [];
  if (property === undefined || rule === undefined) return [];
  const value = String(inputs[property]);
  return rule.test(value) ? [] : [`${type}.${property} is ${value}`];
}
