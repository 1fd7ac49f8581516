import { createFakeRuntime } from './testing/fake-runtime';
import { applySetup, createGcpWorld, type Mutation, mutate, testMutations } from './testing/setup';
import { digest, imageAddress, otherDigest, releaseSteps } from './testing/small-program';

/** A request as a front describes it. */
const visit = (path: string) => ({
  method: 'GET',
  path,
  query: '',
  host: 'orders',
  headers: {},
  bodyBytes: 0,
  remoteAddress: '127.0.0.1',
});
const container = 'template.containers.0';
const task = 'template.template';

const mutations: Mutation[] = [
  { rule: 'gcp.run.api-enabled', what: 'a project without the API', resource: 'migration', without: ['run-api'] },
  { rule: 'gcp.run.service-name', what: '50 characters', resource: 'service', change: { name: 'o'.repeat(50) } },
  { rule: 'gcp.run.service-name', what: 'capitals', resource: 'service', change: { name: 'Orders' } },
  { rule: 'gcp.run.job-name', what: 'a final hyphen', resource: 'migration', change: { name: 'migration-' } },
  {
    rule: 'gcp.run.execution-token',
    what: 'a name and a token of 63 characters together',
    resource: 'migration',
    change: { name: 'm'.repeat(60), runExecutionToken: 'run' },
  },
  {
    rule: 'gcp.run.execution-token',
    what: 'two tokens',
    resource: 'migration',
    change: { runExecutionToken: 'a', startExecutionToken: 'b' },
  },
  {
    rule: 'gcp.run.service-account-exists',
    what: 'an account that is not there',
    resource: 'service',
    change: { 'template.serviceAccount': 'nobody@rehearsal-project.iam.gserviceaccount.com' },
  },
  {
    rule: 'gcp.run.concurrency',
    what: 'more than 1000',
    resource: 'service',
    change: { 'template.maxInstanceRequestConcurrency': 1_001 },
  },
  {
    rule: 'gcp.run.concurrency',
    what: 'several requests at once under 1 CPU',
    resource: 'service',
    change: { [`${container}.resources.limits.cpu`]: '0.5' },
  },
  {
    rule: 'gcp.run.small-cpu',
    what: 'half a CPU in the second generation',
    resource: 'service',
    change: { [`${container}.resources.limits.cpu`]: '500m', 'template.maxInstanceRequestConcurrency': 1 },
  },
  {
    rule: 'gcp.policy.cpu-idle',
    what: 'limits without cpuIdle',
    resource: 'service',
    change: { [`${container}.resources.cpuIdle`]: undefined },
  },
  {
    rule: 'gcp.policy.secret-version',
    what: 'the version "latest"',
    resource: 'service',
    change: { [`${container}.envs.1.valueSource.secretKeyRef.version`]: 'latest' },
  },
  {
    rule: 'gcp.run.instances',
    what: 'a minimum above the maximum',
    resource: 'service',
    change: { 'template.scaling.minInstanceCount': 4 },
  },
  { rule: 'gcp.run.timeout', what: 'more than an hour', resource: 'service', change: { 'template.timeout': '3601s' } },
  { rule: 'gcp.run.timeout', what: 'minutes', resource: 'service', change: { 'template.timeout': '5m' } },
  {
    rule: 'gcp.run.timeout',
    what: 'a task of 8 days',
    resource: 'migration',
    change: { [`${task}.timeout`]: '691200s' },
  },
  { rule: 'gcp.run.ingress', what: 'an unknown ingress', resource: 'service', change: { ingress: 'ALL' } },
  {
    rule: 'gcp.run.execution-environment',
    what: 'a job in the first generation',
    resource: 'migration',
    change: { [`${task}.executionEnvironment`]: 'EXECUTION_ENVIRONMENT_GEN1' },
  },
  { rule: 'gcp.run.traffic', what: '90 percent', resource: 'service', change: { 'traffics.0.percent': 90 } },
  {
    rule: 'gcp.run.revision-name',
    what: "a revision that does not begin with the service's name",
    resource: 'service',
    change: { 'template.revision': 'first' },
  },
  {
    rule: 'gcp.run.port',
    what: 'a port beyond 65535',
    resource: 'service',
    change: { [`${container}.ports.containerPort`]: 70_000 },
  },
  { rule: 'gcp.run.tasks', what: '11 retries', resource: 'migration', change: { [`${task}.maxRetries`]: 11 } },
  {
    rule: 'gcp.run.system-annotations',
    what: 'an annotation of v1',
    resource: 'service',
    change: { annotations: { 'run.googleapis.com/ingress': 'all' } },
  },
  {
    rule: 'gcp.run.subnetwork-exists',
    what: 'a subnetwork of another region',
    resource: 'service',
    of: 'egress',
    change: { region: 'us-central1' },
  },
  {
    rule: 'gcp.run.subnetwork-size',
    what: 'egress through a /27',
    resource: 'service',
    of: 'egress',
    change: { ipCidrRange: '10.30.0.0/27' },
  },
  {
    rule: 'gcp.run.subnetwork-range',
    what: "Cloud Run's own range",
    resource: 'service',
    of: 'egress',
    change: { ipCidrRange: '192.168.1.0/26' },
  },
  { rule: 'gcp.run.container', what: 'no container', resource: 'service', change: { 'template.containers': [] } },
  {
    rule: 'gcp.run.image-host',
    what: 'an image in ECR',
    resource: 'service',
    change: { [`${container}.image`]: `123456789012.dkr.ecr.eu-central-1.amazonaws.com/app@${digest}` },
  },
  {
    rule: 'gcp.run.reserved-env',
    what: 'PORT',
    resource: 'service',
    change: { [`${container}.envs.0.name`]: 'PORT' },
  },
  {
    rule: 'gcp.run.reserved-env',
    what: 'CLOUD_RUN_JOB in a job',
    resource: 'migration',
    change: { [`${task}.containers.0.envs`]: [{ name: 'CLOUD_RUN_JOB', value: 'mine' }] },
  },
  {
    rule: 'gcp.run.env-names',
    what: 'a name twice',
    resource: 'service',
    change: { [`${container}.envs.0.name`]: 'API_KEY' },
  },
  {
    rule: 'gcp.run.env-source',
    what: 'a value beside a secret',
    resource: 'service',
    change: { [`${container}.envs.1.value`]: 'too' },
  },
  { rule: 'gcp.run.cpu', what: '3 CPU', resource: 'service', change: { [`${container}.resources.limits.cpu`]: '3' } },
  {
    rule: 'gcp.run.memory',
    what: '8 GiB with 1 CPU',
    resource: 'service',
    change: { [`${container}.resources.limits.memory`]: '8Gi' },
  },
  {
    rule: 'gcp.run.memory',
    what: '1 GiB with 4 CPU',
    resource: 'service',
    change: { [`${container}.resources.limits`]: { cpu: '4', memory: '1Gi' } },
  },
  {
    rule: 'gcp.run.memory-second-generation',
    what: '256 MiB in the second generation',
    resource: 'service',
    change: { [`${container}.resources.limits.memory`]: '256Mi' },
  },
  {
    rule: 'gcp.run.limits',
    what: 'a limit of disk',
    resource: 'service',
    change: { [`${container}.resources.limits`]: { disk: '1Gi' } },
  },
  {
    rule: 'gcp.run.startup-probe',
    what: 'a timeout as long as the period',
    resource: 'service',
    change: { [`${container}.startupProbe.timeoutSeconds`]: 2 },
  },
  {
    rule: 'gcp.run.startup-probe',
    what: 'a period of 241 seconds',
    resource: 'service',
    change: { [`${container}.startupProbe.periodSeconds`]: 241 },
  },
  {
    rule: 'gcp.run.liveness-probe',
    what: 'two kinds of probe at once',
    resource: 'service',
    change: { [`${container}.livenessProbe.tcpSocket`]: { port: 8080 } },
  },
  {
    rule: 'gcp.run.vpc-access',
    what: 'an unknown egress',
    resource: 'service',
    change: { 'template.vpcAccess.egress': 'PRIVATE' },
  },
  {
    rule: 'gcp.run.image-exists',
    what: 'a digest that was never pushed',
    resource: 'service',
    change: { [`${container}.image`]: `${imageAddress}@sha256:${'c'.repeat(64)}` },
  },
  {
    rule: 'gcp.run.image-exists',
    what: 'the repository of another region',
    resource: 'service',
    change: { [`${container}.image`]: `us-central1-docker.pkg.dev/rehearsal-project/images/app@${digest}` },
  },
  {
    rule: 'gcp.run.image-readable',
    what: 'an image of another project',
    resource: 'service',
    change: { [`${container}.image`]: `europe-west1-docker.pkg.dev/somebody-else/images/app@${digest}` },
  },
  {
    rule: 'gcp.run.secret-exists',
    what: 'a version that is not there',
    resource: 'service',
    change: { [`${container}.envs.1.valueSource.secretKeyRef.version`]: '2' },
  },
  {
    rule: 'gcp.run.secret-exists',
    what: 'a disabled version',
    resource: 'service',
    of: 'version',
    change: { enabled: false },
  },
  { rule: 'gcp.run.secret-access', what: 'an account without access', resource: 'service', without: ['access'] },
  {
    rule: 'gcp.run.secret-access',
    what: 'a role that sees secrets but no values',
    resource: 'service',
    of: 'access',
    change: { role: 'roles/secretmanager.viewer' },
  },
];

describe('the rules of gcp.run', () => {
  testMutations(releaseSteps, mutations);
});

const release = (change: Mutation['change']) => mutate(releaseSteps, { resource: 'service', change });

describe('gcp.cloudrunv2.Service', () => {
  test('starts a container with what Cloud Run sets and with its secrets', async () => {
    const runtime = createFakeRuntime({ exitCode: ({ command }) => (command?.[0] === 'migrate' ? 0 : undefined) });
    const made = await applySetup(createGcpWorld(runtime), releaseSteps);
    const [spec] = runtime.serving.get('orders') ?? [];
    expect(spec?.digest).toBe(digest);
    expect(spec?.env).toMatchObject({ PORT: '8080', K_SERVICE: 'orders', COLOUR: 'amber', API_KEY: 'a-word' });
    expect(made.service?.uri).toBe('https://127.0.0.1:8443');
  });

  test('leaves the old revision serving when the new one does not come up', async () => {
    const runtime = createFakeRuntime({ isHealthy: (spec) => spec.digest === digest });
    const world = createGcpWorld(runtime);
    await applySetup(world, releaseSteps);
    const broken = release({ [`${container}.image`]: `${imageAddress}@${otherDigest}` });
    await expect(applySetup(world, broken)).rejects.toThrow('failed the configured startup probe checks');
    expect(runtime.serving.get('orders')?.map((spec) => spec.digest)).toEqual([digest]);
    const state = await world.refresh('service');
    expect(state?.latestReadyRevision).not.toBe(state?.latestCreatedRevision);
  });

  test('moves traffic to the new revision, and ends the old one', async () => {
    const runtime = createFakeRuntime();
    const world = createGcpWorld(runtime);
    await applySetup(world, releaseSteps);
    const before = runtime.countRunning();
    await applySetup(world, release({ [`${container}.image`]: `${imageAddress}@${otherDigest}` }));
    expect(runtime.serving.get('orders')?.map((spec) => spec.digest)).toEqual([otherDigest]);
    expect(runtime.countRunning()).toBe(before);
  });

  test('starts no revision when the template stays', async () => {
    const runtime = createFakeRuntime();
    const world = createGcpWorld(runtime);
    await applySetup(world, releaseSteps);
    const before = runtime.containers.length;
    await applySetup(world, release({ description: 'orders' }));
    expect(runtime.containers).toHaveLength(before);
  });

  test.each([
    ['/healthz', {}, 404],
    ['/healthz', { invokerIamDisabled: false }, 404],
    ['/healthz/', {}, undefined],
    ['/health', {}, undefined],
    ['/health', { invokerIamDisabled: false }, 403],
    ['/health', { ingress: 'INGRESS_TRAFFIC_INTERNAL_ONLY' }, 404],
  ])('answers %s itself, with %j, by %s', async (path, change, status) => {
    const runtime = createFakeRuntime();
    await applySetup(createGcpWorld(runtime), release(change));
    const answer = runtime.fronts[0]?.answer?.(visit(path));
    expect(answer && 'status' in answer ? answer.status : undefined).toBe(status);
  });

  test('is public to allUsers with the role of an invoker', async () => {
    const runtime = createFakeRuntime();
    const world = createGcpWorld(runtime);
    await applySetup(world, release({ invokerIamDisabled: false }));
    await world.apply('gcp:cloudrunv2/serviceIamMember:ServiceIamMember', 'everybody', {
      name: 'orders',
      location: 'europe-west1',
      role: 'roles/run.invoker',
      member: 'allUsers',
    });
    expect(runtime.fronts[0]?.answer?.(visit('/'))).toBeUndefined();
  });

  test('is kept by its deletion protection, which is on without asking', async () => {
    const world = createGcpWorld();
    await applySetup(world, release({ deletionProtection: undefined }));
    await expect(world.destroy('service')).rejects.toThrow('[rule gcp.run.deletion-protection:');
  });

  test('keeps its subnetwork in use for an hour and a half', async () => {
    const runtime = createFakeRuntime();
    const world = createGcpWorld(runtime);
    await applySetup(world, releaseSteps);
    await world.destroy('service');
    expect(runtime.countRunning()).toBe(0);
    await expect(world.destroy('egress')).rejects.toThrow('resourceInUseByAnotherResource');
    world.cloud.clock.advance({ hours: 2 });
    await world.destroy('egress');
  });
});

describe('gcp.cloudrunv2.Job', () => {
  const executing = (exitCode: number, change: Mutation['change'] = {}) => ({
    runtime: createFakeRuntime({ exitCode: ({ command }) => (command?.[0] === 'migrate' ? exitCode : undefined) }),
    steps: mutate(releaseSteps, { resource: 'migration', change: { runExecutionToken: 'run', ...change } }),
  });

  test('runs once when its token says so', async () => {
    const { runtime, steps } = executing(0);
    const made = await applySetup(createGcpWorld(runtime), steps);
    expect(runtime.containers.filter(({ command }) => command?.[0] === 'migrate')).toHaveLength(1);
    expect(runtime.containers[0]?.env).toMatchObject({
      CLOUD_RUN_EXECUTION: 'migration-run',
      CLOUD_RUN_TASK_INDEX: '0',
    });
    expect(made.migration?.executionCount).toBe(1);
  });

  test('fails when its tasks fail, after every retry, and stays', async () => {
    const { runtime, steps } = executing(1);
    const world = createGcpWorld(runtime);
    await expect(applySetup(world, steps)).rejects.toThrow('Execution migration-run has failed to complete, 0/1');
    expect(runtime.containers).toHaveLength(2);
    expect(await world.refresh('migration')).toBeDefined();
  });

  test('refuses a token that it was executed with before', async () => {
    const { runtime, steps } = executing(0);
    const world = createGcpWorld(runtime);
    await applySetup(world, steps);
    const again = executing(0, { 'template.template.containers.0.image': `${imageAddress}@${otherDigest}` }).steps;
    await expect(applySetup(world, again)).rejects.toThrow('[rule gcp.run.execution-token-used:');
  });

  test('takes the token again when it is another job', async () => {
    const { runtime, steps } = executing(0);
    const world = createGcpWorld(runtime);
    await applySetup(world, steps);
    await world.destroy('migration');
    await applySetup(world, steps);
    expect(runtime.containers.filter(({ command }) => command?.[0] === 'migrate')).toHaveLength(2);
  });
});
