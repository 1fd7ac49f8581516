import * as pulumi from '@pulumi/pulumi';

/** A resource as the program registered it. Secret inputs are `Secret`s. */
export type MockedResource = {
  type: string;
  name: string;
  urn: string;
  inputs: Record<string, unknown>;
  options: {
    parent: string;
    provider: string;
    dependencies: string[];
    protect: boolean;
    retainOnDelete: boolean;
    deletedWith: string;
    deleteBeforeReplace: boolean;
    replaceOnChanges: string[];
    ignoreChanges: string[];
  };
};

/** What the clouds answer. A test changes one answer to see what the program does. */
export type CloudAnswers = {
  /** Computed outputs by resource type; what is not here is only the inputs. */
  outputs?: Record<string, (resource: { name: string; inputs: Record<string, unknown> }) => Record<string, unknown>>;
  /** Answers by function token. */
  calls?: Record<string, (inputs: Record<string, unknown>) => Record<string, unknown>>;
};

export const mockDigest = `sha256:${'d'.repeat(64)}`;
/** In the machine's engine, which gives the image an id of its own. */
export const mockImageId = `sha256:${'1'.repeat(64)}`;
export const mockCa = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----';
const account = '123456789012';
const region = 'us-east-1';

export class Secret {
  constructor(readonly value: unknown) {}
}

const secretKey = '4dabf18193072939515e22adb298388d';
const secretSignature = '1b47061264138c4ac30d75fd1eb44270';

/** Takes Pulumi's wire form of secrets apart. */
export function markSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(markSecrets);
  if (typeof value !== 'object' || value === null) return value;
  const record = value as Record<string, unknown>;
  if (record[secretKey] === secretSignature) return new Secret(markSecrets(record.value));
  return Object.fromEntries(Object.entries(record).map(([key, entry]) => [key, markSecrets(entry)]));
}

function text(value: unknown): string {
  return value instanceof Secret ? String(value.value) : String(value);
}

const arnOf = (service: string, resource: string) => `arn:aws:${service}:${region}:${account}:${resource}`;

const defaultOutputs: NonNullable<CloudAnswers['outputs']> = {
  'pulumi:index:Stash': ({ inputs }) => ({ output: inputs.input }),
  'random:index/randomId:RandomId': () => ({ hex: 'a1b2c3' }),
  'random:index/randomPassword:RandomPassword': ({ name }) => ({
    result: { [secretKey]: secretSignature, value: `${name}-value` },
  }),
  'docker-build:index:Image': () => ({ digest: mockDigest, ref: 'first-tag@digest', contextHash: 'hash' }),
  'aws:ecr/repository:Repository': ({ inputs }) => ({
    arn: arnOf('ecr', `repository/${inputs.name}`),
    registryId: account,
    repositoryUrl: `${account}.dkr.ecr.${region}.amazonaws.com/${inputs.name}`,
  }),
  'aws:iam/role:Role': ({ inputs }) => ({ arn: `arn:aws:iam::${account}:role/${inputs.name}` }),
  'aws:cloudwatch/logGroup:LogGroup': ({ inputs }) => ({ arn: arnOf('logs', `log-group:${inputs.name}`) }),
  'aws:secretsmanager/secret:Secret': ({ inputs }) => ({
    arn: arnOf('secretsmanager', `secret:${inputs.name}-AbCdEf`),
  }),
  'aws:secretsmanager/secretVersion:SecretVersion': () => ({ versionId: 'version-1' }),
  'aws:rds/instance:Instance': ({ inputs }) => ({ address: `${inputs.identifier}.abc.${region}.rds.amazonaws.com` }),
  'aws:rds/cluster:Cluster': ({ inputs }) => ({
    endpoint: `${inputs.clusterIdentifier}.cluster-abc.${region}.rds.amazonaws.com`,
  }),
  'aws:elasticache/replicationGroup:ReplicationGroup': ({ inputs }) => ({
    primaryEndpointAddress: `master.${inputs.replicationGroupId}.abc.use1.cache.amazonaws.com`,
  }),
  'aws:lambda/invocation:Invocation': () => ({ result: '{}' }),
  'aws:apprunner/vpcConnector:VpcConnector': ({ name }) => ({ arn: arnOf('apprunner', `vpcconnector/${name}/1/id`) }),
  'aws:apprunner/autoScalingConfigurationVersion:AutoScalingConfigurationVersion': ({ name }) => ({
    arn: arnOf('apprunner', `autoscalingconfiguration/${name}/1/id`),
  }),
  'aws:apprunner/service:Service': ({ inputs }) => ({
    arn: arnOf('apprunner', `service/${inputs.serviceName}/0123abcd`),
    serviceId: '0123abcd',
    serviceUrl: `abc.${region}.awsapprunner.com`,
    status: 'RUNNING',
    region,
  }),
  'aws:ecs/expressGatewayService:ExpressGatewayService': ({ inputs }) => ({
    ingressPaths: [{ accessType: 'PUBLIC', endpoint: `https://${inputs.serviceName}-0123.ecs.${region}.on.aws/` }],
  }),
  'aws:ec2/vpcEndpoint:VpcEndpoint': ({ inputs }) => ({
    ...(inputs.vpcEndpointType === 'Gateway' && { prefixListId: 'pl-63a5400a' }),
  }),
  'aws:ecs/cluster:Cluster': ({ inputs }) => ({ arn: arnOf('ecs', `cluster/${inputs.name}`) }),
  'aws:ecs/taskDefinition:TaskDefinition': ({ inputs }) => ({
    arn: arnOf('ecs', `task-definition/${inputs.family}:1`),
  }),
  'aws:lb/loadBalancer:LoadBalancer': ({ inputs }) => ({
    arn: arnOf('elasticloadbalancing', `loadbalancer/app/${inputs.name}/0123abcd`),
    arnSuffix: `app/${inputs.name}/0123abcd`,
    dnsName: `${inputs.name}-0123abcd.${region}.elb.amazonaws.com`,
    zoneId: 'Z35SXDOTRQ7X7K',
  }),
  'aws:lb/targetGroup:TargetGroup': ({ inputs }) => ({
    arn: arnOf('elasticloadbalancing', `targetgroup/${inputs.name}/0123abcd`),
    arnSuffix: `targetgroup/${inputs.name}/0123abcd`,
  }),
  'aws:lb/listener:Listener': ({ name }) => ({ arn: arnOf('elasticloadbalancing', `listener/app/${name}/1/2`) }),
  'aws:lb/listenerRule:ListenerRule': ({ name }) => ({
    arn: arnOf('elasticloadbalancing', `listener-rule/app/${name}/1/2/3`),
  }),
  'aws:acm/certificate:Certificate': ({ inputs }) => ({
    arn: arnOf('acm', 'certificate/0123abcd'),
    domainValidationOptions: [
      {
        domainName: inputs.domainName,
        resourceRecordName: `_0123abcd.${inputs.domainName}.`,
        resourceRecordType: 'CNAME',
        resourceRecordValue: '_4567.acm-validations.aws.',
      },
    ],
  }),
  'aws:eks/cluster:Cluster': ({ inputs }) => ({
    arn: arnOf('eks', `cluster/${inputs.name}`),
    endpoint: `https://0123abcd.gr7.${region}.eks.amazonaws.com`,
    certificateAuthority: { data: 'TUlJQg==' },
    vpcConfig: { ...(inputs.vpcConfig as object), clusterSecurityGroupId: 'cluster-group-id' },
  }),
  'kubernetes:helm.sh/v3:Release': () => ({ status: { status: 'deployed' } }),
  'kubernetes:networking.k8s.io/v1:Ingress': ({ name }) => ({
    status: { loadBalancer: { ingress: [{ hostname: `k8s-${name}-0123abcd.${region}.elb.amazonaws.com` }] } },
  }),
  'aws:route53/record:Record': ({ inputs }) => ({ fqdn: inputs.name }),
  'aws:kms/key:Key': ({ name }) => ({ arn: arnOf('kms', `key/${name}`) }),
  'aws:sns/topic:Topic': ({ inputs }) => ({ arn: `arn:aws:sns:${inputs.region ?? region}:${account}:${inputs.name}` }),
  'aws:cloudwatch/metricAlarm:MetricAlarm': ({ inputs }) => ({ arn: arnOf('cloudwatch', `alarm:${inputs.name}`) }),
  'aws:cloudwatch/compositeAlarm:CompositeAlarm': ({ inputs }) => ({
    arn: arnOf('cloudwatch', `alarm:${inputs.alarmName}`),
  }),
  'aws:wafv2/webAcl:WebAcl': ({ inputs }) => ({ arn: arnOf('wafv2', `regional/webacl/${inputs.name}/0123abcd`) }),
  'gcp:sql/databaseInstance:DatabaseInstance': () => ({
    privateIpAddress: '10.40.0.3',
    serverCaCerts: [{ cert: mockCa }],
  }),
  'gcp:redis/instance:Instance': () => ({
    host: '10.40.1.4',
    port: 6378,
    authString: { [secretKey]: secretSignature, value: 'auth-string' },
    serverCaCerts: [{ cert: mockCa }],
  }),
  'gcp:secretmanager/secretVersion:SecretVersion': () => ({ version: '1' }),
  'gcp:serviceaccount/account:Account': ({ inputs }) => ({
    email: `${inputs.accountId}@my-project-123.iam.gserviceaccount.com`,
  }),
  'docker:index/tag:Tag': () => ({ sourceImageId: mockImageId }),
  'docker:index/container:Container': ({ name, inputs }) => ({
    // As the provider names what has no name.
    name: inputs.name ?? `${name}-0a1b2c3`,
    exitCode: 0,
    containerLogs: '',
  }),
  'gcp:monitoring/notificationChannel:NotificationChannel': ({ name }) => ({
    name: `projects/my-project-123/notificationChannels/${name}`,
  }),
  'gcp:monitoring/slo:Slo': ({ inputs }) => ({
    name: `projects/123456789012/services/${inputs.service}/serviceLevelObjectives/${inputs.sloId}`,
  }),
  'gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig': ({ name }) => ({ uptimeCheckId: `check-of-${name}` }),
  'gcp:cloudrunv2/service:Service': ({ inputs }) => ({ uri: `https://${inputs.name}-abc-uc.a.run.app` }),
};

const defaultCalls: NonNullable<CloudAnswers['calls']> = {
  'aws:index/getCallerIdentity:getCallerIdentity': () => ({
    accountId: account,
    arn: `arn:aws:sts::${account}:assumed-role/deploy/session`,
  }),
  'aws:index/getAvailabilityZones:getAvailabilityZones': () => ({ zoneIds: ['use1-az4', 'use1-az1', 'use1-az2'] }),
  'aws:ecr/getAuthorizationToken:getAuthorizationToken': () => ({ userName: 'AWS', password: 'ecr-token' }),
  'aws:ecr/getImage:getImage': ({ imageDigest }) => ({ imageDigest }),
  'docker:index/getRemoteImage:getRemoteImage': ({ name }) => ({ id: name, name, repoDigest: '' }),
  // A service and its task definitions have one name.
  'aws:ecs/getService:getService': ({ serviceName }) => ({
    taskDefinition: arnOf('ecs', `task-definition/${serviceName}:1`),
    runningCount: 1,
  }),
  'aws:lb/getHostedZoneId:getHostedZoneId': () => ({ id: 'Z35SXDOTRQ7X7K' }),
  'aws:route53/getZone:getZone': ({ name }) => ({ zoneId: `zone-of-${name}` }),
  'gcp:organizations/getClientConfig:getClientConfig': () => ({ accessToken: 'gcp-token' }),
  'gcp:organizations/getProject:getProject': () => ({ number: '123456789012' }),
  'gcp:artifactregistry/getDockerImage:getDockerImage': ({ imageName }) => ({ imageName }),
};

/** The request that the program sends for each resource: only what is looked at here. */
type RegisterRequest = {
  getType(): string;
  getName(): string;
  getParent(): string;
  getProvider(): string;
  getProvidersMap(): { get(key: string): string | undefined };
  getDependenciesList(): string[];
  getProtect(): boolean;
  getRetainondelete(): boolean;
  getDeletedwith(): string;
  getDeletebeforereplace(): boolean;
  getReplaceonchangesList(): string[];
  getIgnorechangesList(): string[];
  getObject(): Parameters<typeof pulumi.runtime.deserializeProperties>[0];
};
type Answer = (error: Error | null, response: { getUrn(): string } | undefined) => void;

/** Lets the program's resources be made by nobody, and writes them down. Gives the list, which grows as it runs. */
export async function mockClouds(
  identity: { project: string; stack: string },
  { outputs = {}, calls = {} }: CloudAnswers = {},
): Promise<MockedResource[]> {
  const resources: MockedResource[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        const plain = markSecrets(inputs) as Record<string, unknown>;
        const computed = (outputs[type] ?? defaultOutputs[type])?.({ name, inputs: plain });
        return { id: idOf(type, name, plain), state: { ...inputs, ...computed } };
      },
      call: ({ token, inputs }) => {
        const answer = calls[token] ?? defaultCalls[token];
        if (answer === undefined) throw new Error(`the mocks have no answer to ${token}`);
        return answer(inputs);
      },
    },
    identity.project,
    identity.stack,
  );
  recordRequests(resources);
  return resources;
}

function idOf(type: string, name: string, inputs: Record<string, unknown>): string {
  if (type === 'gcp:sql/databaseInstance:DatabaseInstance') return text(inputs.name);
  return `${name}-id`;
}

function recordRequests(resources: MockedResource[]): void {
  const monitor = pulumi.runtime.getMonitor() as unknown as {
    registerResource(request: RegisterRequest, answer: Answer): void;
  };
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, answer) =>
    register(request, (error, response) => {
      resources.push(describeRequest(request, response?.getUrn() ?? ''));
      answer(error, response);
    });
}

function describeRequest(request: RegisterRequest, urn: string): MockedResource {
  return {
    type: request.getType(),
    name: request.getName(),
    urn,
    inputs: markSecrets(pulumi.runtime.deserializeProperties(request.getObject())) as Record<string, unknown>,
    options: {
      parent: request.getParent(),
      provider: request.getProvider(),
      dependencies: request.getDependenciesList(),
      protect: request.getProtect(),
      retainOnDelete: request.getRetainondelete(),
      deletedWith: request.getDeletedwith(),
      deleteBeforeReplace: request.getDeletebeforereplace(),
      replaceOnChanges: request.getReplaceonchangesList(),
      ignoreChanges: request.getIgnorechangesList(),
    },
  };
}
