import { StackConfigError } from '../config';
import { deployUnderMocks, providerConfig } from '../testing/deploy-under-mocks';
import { type MockedResource, mockDigest, mockImageId } from '../testing/mock-clouds';
import { getResource, plainTexts } from '../testing/resource-graph';

const container = 'docker:index/container:Container';
const local = { 'taproom:targets': ['docker'] };

const deploy = async (config: Record<string, unknown> = {}) => deployUnderMocks({ config: { ...local, ...config } });
const containers = ({ resources }: { resources: MockedResource[] }) =>
  resources.filter(({ type }) => type === container);

describe('target docker', () => {
  test('answers on localhost, on the port that is set', async () => {
    const deployment = await deploy({ 'taproom:settings': { docker: { port: 9000 } } });
    expect(deployment.outputs.app_url).toBe('http://localhost:9000');
    const published = containers(deployment).filter(({ inputs }) => inputs.ports !== undefined);
    expect(published.map(({ inputs }) => inputs.ports)).toEqual([
      [{ internal: 8080, external: 9000, ip: '127.0.0.1' }],
    ]);
  });

  test('reaches the engine that is set, and says so in the command for its log', async () => {
    const { outputs, resources } = await deploy({ 'docker:host': 'unix:///run/docker.sock' });
    expect(getResource(resources, 'pulumi:providers:docker').inputs.host).toBe('unix:///run/docker.sock');
    expect(outputs.logs_command).toEqual({
      docker: 'docker --host unix:///run/docker.sock logs --follow docker-0a1b2c3',
    });
  });

  test('runs everything without privileges, and what is its own read-only', async () => {
    const running = containers(await deploy()).filter(({ name }) => !name.endsWith('-credentials'));
    expect(running.map(({ name }) => name).sort()).toEqual([
      'docker',
      'front',
      'migration',
      'postgres',
      'redis',
      'trial',
    ]);
    for (const { inputs } of running) {
      expect(inputs).toMatchObject({
        readOnly: true,
        capabilities: { drops: ['ALL'] },
        securityOpts: ['no-new-privileges:true'],
      });
    }
  });

  test('lets only the service out of the network of the stores', async () => {
    const { resources } = await deploy();
    expect(getResource(resources, 'docker:index/network:Network', 'stores').inputs.internal).toBe(true);
    const networks = containers({ resources }).map(({ name, inputs }) => [name, plainTexts(inputs.networksAdvanced)]);
    expect(Object.fromEntries(networks)).toMatchObject({
      docker: ['service', 'taproom-dev-front', 'taproom-dev-stores'],
      front: ['taproom-dev-front'],
      migration: ['taproom-dev-stores'],
      postgres: ['postgres', 'taproom-dev-stores'],
      redis: ['redis', 'taproom-dev-stores'],
    });
  });

  test('gives each container its own files, and secrets in nothing else', async () => {
    const all = containers(await deploy());
    for (const { name, inputs } of all.filter(({ inputs }) => inputs.uploads !== undefined)) {
      const { uploads, ...rest } = inputs;
      expect(JSON.stringify(uploads)).toMatch(/password-value/);
      expect(JSON.stringify(rest)).not.toMatch(/password-value/);
      const volume = `taproom-dev-${name}`;
      const readers = all.filter((other) => other.name !== name && plainTexts(other.inputs.volumes).includes(volume));
      const expected = name === 'service-credentials' ? ['docker', 'trial'] : [name.replace('-credentials', '')];
      expect(readers.map((reader) => reader.name).sort()).toEqual(expected);
      expect(plainTexts(uploads).join()).not.toMatch(/password-value/);
    }
  });

  test('comes beside the old release, which goes after it, and lets the front find both', async () => {
    const { resources } = await deploy();
    const service = getResource(resources, container, 'docker');
    // A name of its own for each, and no port.
    expect([service.inputs.name, service.inputs.ports, service.options.deleteBeforeReplace]).toEqual([
      undefined,
      undefined,
      false,
    ]);
    expect(service.inputs.envs).toContain('DRAIN_SECONDS=3');
    const [network] = service.inputs.networksAdvanced as { aliases: string[] }[];
    expect(getResource(resources, container, 'front').inputs.command).toEqual([
      'forward',
      `${network?.aliases[0]}:8080`,
    ]);
  });

  test('keeps its front on the image that it was made from, until its own code or base changes', async () => {
    const tagOf = ({ resources }: { resources: MockedResource[] }) => {
      const [tag] = resources.filter(({ type, name }) => type === 'docker:index/tag:Tag' && name !== 'image');
      return tag as MockedResource;
    };
    const first = await deploy();
    expect(tagOf(first).options.ignoreChanges).toEqual(['sourceImage']);
    const other = await deploy({ 'taproom:build': { runtimeImage: `node:26@${mockDigest}` } });
    expect(tagOf(other).name).not.toBe(tagOf(first).name);
    expect(tagOf(other).inputs.targetImage).not.toBe(tagOf(first).inputs.targetImage);
    const front = getResource(first.resources, container, 'front');
    expect([front.inputs.image, front.options.ignoreChanges]).toEqual([mockImageId, ['memorySwap']]);
  });

  test('limits the service and says what it cannot do', async () => {
    const { outputs, resources } = await deploy({ 'taproom:service': { cpu: 1, memoryMiB: 1024, minInstances: 2 } });
    expect(getResource(resources, container, 'docker').inputs).toMatchObject({
      cpus: '1',
      memory: 1024,
      memorySwap: 1024,
    });
    expect(outputs.warnings).toEqual([
      'docker: answers over plain HTTP, and to this machine alone',
      'docker: runs one instance: taproom:service.minInstances is 2',
    ]);
  });

  test('keeps the database when the stack is protected', async () => {
    const protectedNames = async (config: Record<string, unknown>) =>
      (await deploy(config)).resources.filter(({ options }) => options.protect).map(({ name }) => name);
    expect(await protectedNames({ 'taproom:protect': true })).toEqual(['database']);
    expect(await protectedNames({})).toEqual([]);
  });

  test.each([
    [{ 'taproom:database': { highAvailability: true } }, 'taproom:database.highAvailability must be false for docker'],
    [{ 'taproom:domain': { docker: { name: 'a.example', zone: 'b' } } }, 'taproom:domain.docker is not a setting'],
    [{ 'taproom:registries': { docker: 'a/b' } }, 'taproom:registries'],
    [{ 'taproom:zones': { docker: ['a', 'b'] } }, 'taproom:zones.docker is not a setting'],
    [{ 'taproom:settings': { docker: { port: 0 } } }, 'taproom:settings.docker.port must be'],
    [{ 'docker:host': 'tcp://10.0.0.1:2375' }, "docker:host must be a socket of this machine's engine"],
  ])('refuses %j', async (config, problem) => {
    const failure = await deploy(config).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StackConfigError);
    expect((failure as Error).message).toContain(problem);
  });
});

describe('the image', () => {
  const imageOf = ({ resources }: { resources: MockedResource[] }) =>
    getResource(resources, 'docker-build:index:Image').inputs;

  test('is loaded into the engine, and not pushed, when no registry wants it', async () => {
    const deployment = await deploy();
    expect(imageOf(deployment)).toMatchObject({ load: true, push: false, registries: [] });
    expect(imageOf(deployment).tags).toEqual([expect.stringMatching(/^taproom-dev-service:content-/)]);
    expect(imageOf(deployment)).not.toHaveProperty('exports');
    expect(deployment.outputs.image_references).toEqual({ docker: mockImageId });
  });

  test('is built once for registries and the engine, the push last', async () => {
    const deployment = await deploy({ ...providerConfig, 'taproom:targets': ['docker', 'cloud-run'] });
    expect(imageOf(deployment).exports).toEqual([
      { raw: 'type=docker,rewrite-timestamp=true' },
      { raw: 'type=image,push=true,rewrite-timestamp=true' },
    ]);
    expect(imageOf(deployment).tags).toEqual([expect.stringMatching(/\/service:content-/)]);
    expect(deployment.outputs).toMatchObject({
      image_digest: mockDigest,
      image_references: { docker: mockImageId, gcp: expect.stringMatching(new RegExp(`@${mockDigest}$`)) },
    });
    const service = getResource(deployment.resources, container, 'docker');
    const alone = getResource((await deploy()).resources, container, 'docker');
    expect(service.inputs).toEqual(alone.inputs);
  });

  test('is found by the tag of its digest where its id is another one', async () => {
    const asked: unknown[] = [];
    const { outputs, resources } = await deployUnderMocks({
      config: { ...local, 'taproom:imageDigest': mockDigest },
      calls: {
        'docker:index/getRemoteImage:getRemoteImage': ({ name }) => {
          asked.push(name);
          if (name === mockDigest) throw Object.assign(new Error(), { details: 'no such image' });
          return { id: mockImageId, name, repoDigest: '' };
        },
      },
    });
    expect(asked).toEqual([mockDigest, `taproom-dev-service:${mockDigest.replace(':', '-')}`]);
    expect(outputs.image_references).toEqual({ docker: mockImageId });
    expect(resources.filter(({ type }) => type.startsWith('docker-build:'))).toEqual([]);
  });
});
