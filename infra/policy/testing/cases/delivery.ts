import { type Cases, digest, given, pinnedImage, type StackCase } from '../stack-case';

const taskDefinition = (container: object) =>
  given('aws:ecs/taskDefinition:TaskDefinition', { containerDefinitions: JSON.stringify([container]) });
const appRunner = (image: object) =>
  given('aws:apprunner/service:Service', { sourceConfiguration: { imageRepository: image } });
const express = (primaryContainer: object) =>
  given('aws:ecs/expressGatewayService:ExpressGatewayService', { primaryContainer });
const cloudRun = (container: object, template: object = {}) =>
  given('gcp:cloudrunv2/service:Service', { template: { containers: [container], ...template } });
const job = (container: object) =>
  given('gcp:cloudrunv2/job:Job', { template: { template: { containers: [container] } } });
const lambda = (inputs: Record<string, unknown>) =>
  given('aws:lambda/function:Function', { packageType: 'Image', ...inputs });
const docker = (inputs: Record<string, unknown>) => given('docker:index/container:Container', inputs);
const release = (values: object) => given('kubernetes:helm.sh/v3:Release', { values });
const pod = (container: object) => ({ spec: { containers: [container] } });
const deployment = (container: object) =>
  given('kubernetes:apps/v1:Deployment', { spec: { template: pod(container) } });
const cronJob = (container: object) =>
  given('kubernetes:batch/v1:CronJob', { spec: { jobTemplate: { spec: { template: pod(container) } } } });
const tagged = 'registry.example/service:v1';

const secretArn = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:service-AbCdEf';
const pinnedArn = `${secretArn}:API_KEY::0123-version`;
const fromSecret = (version: unknown) => ({
  envs: [{ name: 'API_KEY', valueSource: { secretKeyRef: { secret: 'api-key', version } } }],
});
const provider = (objects: string) =>
  given('kubernetes:secrets-store.csi.x-k8s.io/v1:SecretProviderClass', { spec: { parameters: { objects } } });

/** Images, and the secrets that containers are given. */
export const deliveryCases: Cases = {
  'ecr-immutable-tags': {
    fails: [
      given('aws:ecr/repository:Repository', { imageTagMutability: 'MUTABLE' }),
      given('aws:ecr/repository:Repository', {}),
    ],
    passes: [given('aws:ecr/repository:Repository', { imageTagMutability: 'IMMUTABLE' })],
  },
  'artifact-registry-immutable-tags': {
    fails: [
      given('gcp:artifactregistry/repository:Repository', { dockerConfig: { immutableTags: false } }),
      given('gcp:artifactregistry/repository:Repository', {}),
    ],
    passes: [given('gcp:artifactregistry/repository:Repository', { dockerConfig: { immutableTags: true } })],
  },
  'image-by-digest': {
    fails: [
      taskDefinition({ image: tagged }),
      appRunner({ imageIdentifier: tagged }),
      express({ image: `${tagged}@sha256:abc` }),
      cloudRun({ image: 'registry.example/service' }),
      job({ image: tagged }),
      lambda({ imageUri: tagged }),
      docker({ image: 'postgres:17' }),
      deployment({ image: tagged }),
      cronJob({ image: tagged }),
      given('kubernetes:core/v1:Pod', pod({ image: tagged })),
      release({ image: { repository: 'registry.example/service', tag: 'v1' } }),
    ],
    passes: [
      taskDefinition({ image: pinnedImage }),
      appRunner({ imageIdentifier: pinnedImage }),
      express({ image: `${tagged}@${digest}` }),
      cloudRun({ image: pinnedImage }),
      job({ image: pinnedImage }),
      lambda({ imageUri: pinnedImage }),
      lambda({ packageType: 'Zip' }),
      docker({ image: digest }),
      deployment({ image: pinnedImage }),
      release({ image: { repository: 'registry.example/service', digest } }),
      release({}),
    ],
  },
  'pulled-image-by-digest': {
    fails: [given('docker:index/remoteImage:RemoteImage', { name: 'postgres:17' })],
    passes: [given('docker:index/remoteImage:RemoteImage', { name: `postgres:17@${digest}` })],
  },
  'secret-version-pinned': {
    fails: [
      cloudRun(fromSecret('latest')),
      cloudRun(fromSecret(undefined)),
      job(fromSecret('latest')),
      cloudRun({}, { volumes: [{ secret: { items: [{ version: 'latest' }] } }] }),
      taskDefinition({ secrets: [{ name: 'API_KEY', valueFrom: secretArn }] }),
      taskDefinition({ secrets: [{ name: 'API_KEY', valueFrom: `${secretArn}:API_KEY:AWSCURRENT:` }] }),
      express({ secrets: [{ name: 'API_KEY', valueFrom: `${secretArn}:API_KEY::` }] }),
      appRunner({ imageConfiguration: { runtimeEnvironmentSecrets: { API_KEY: secretArn } } }),
      taskDefinition({ secrets: [{ name: 'A', valueFrom: 'arn:aws:ssm:us-east-1:1:parameter/a' }] }),
    ],
    passes: [
      cloudRun(fromSecret('3')),
      taskDefinition({ secrets: [{ name: 'API_KEY', valueFrom: pinnedArn }] }),
      taskDefinition({ secrets: [{ name: 'A', valueFrom: 'arn:aws:ssm:us-east-1:1:parameter/a:7' }] }),
      appRunner({ imageConfiguration: { runtimeEnvironmentSecrets: { API_KEY: pinnedArn } } }),
      express({ secrets: [{ name: 'API_KEY', valueFrom: pinnedArn }] }),
    ],
  },
  'synced-secret-version-pinned': {
    fails: [provider(`- objectName: ${secretArn}\n  objectType: secretsmanager\n`)],
    passes: [provider(`- objectName: ${secretArn}\n  objectVersion: 0123-version\n`)],
  },
  'chart-secret-version-pinned': {
    fails: [release({ secretsStore: { enabled: true } })],
    passes: [release({ secretsStore: { enabled: true, versionId: 'a' } }), release({})],
  },
  'no-secret-in-variables': {
    fails: [
      taskDefinition({ environment: [{ name: 'POSTGRES_PASSWORD', value: 'hunter2' }] }),
      express({ environments: [{ name: 'API_KEY', value: 'abc' }] }),
      appRunner({ imageConfiguration: { runtimeEnvironmentVariables: { API_KEY_PREVIOUS: 'abc' } } }),
      cloudRun({ envs: [{ name: 'DATABASE_URL', value: 'postgres://owner:hunter2@10.0.0.3/db' }] }),
      job({ envs: [{ name: 'REDIS_PASSWORD', value: '[secret]' }] }),
      lambda({ environment: { variables: { AWS: 'AKIAIOSFODNN7EXAMPLE' } } }),
      docker({ envs: ['POSTGRES_PASSWORD=hunter2'] }),
      deployment({ env: [{ name: 'TOKEN', value: 'abc' }] }),
      release({ image: { repository: 'a' }, env: { REDIS_PASSWORD: 'abc' } }),
    ],
    passes: [
      taskDefinition({ environment: [{ name: 'POSTGRES_USER', value: 'taproom' }] }),
      cloudRun({ envs: [{ name: 'API_KEY', valueSource: { secretKeyRef: {} } }] }),
      cloudRun({ envs: [{ name: 'CA', value: '-----BEGIN CERTIFICATE-----' }] }),
      docker({ envs: ['POSTGRES_PASSWORD_FILE=/run/credentials/password', 'POSTGRES_DB=taproom'] }),
      appRunner({ imageConfiguration: { runtimeEnvironmentVariables: { API_KEY: '' } } }),
    ],
  },
  'no-secret-in-manifests': {
    fails: [
      given('kubernetes:core/v1:Secret', { stringData: { password: 'hunter2' } }),
      given('kubernetes:core/v1:Secret', { data: '[secret]' }),
    ],
    passes: [given('kubernetes:core/v1:Secret', { metadata: { name: 'filled-by-the-driver' } })],
  },
  'no-secret-in-chart-values': {
    fails: [release({ postgres: { auth: { password: 'hunter2' } } }), release({ url: 'redis://:hunter2@cache:6379' })],
    passes: [release({ existingSecret: 'taproom-1', secretsStore: { secretArn, keys: ['API_KEY'] } })],
  },
  'no-readable-secret-in-state': {
    fails: readable('hunter2'),
    passes: [
      ...readable('[secret]'),
      given('docker-build:index:Image', { registries: [] }),
      given('aws:rds/instance:Instance', { manageMasterUserPassword: true }),
    ],
  },
};

function readable(value: string): StackCase[] {
  return [
    given('aws:rds/instance:Instance', { password: value }),
    given('aws:elasticache/replicationGroup:ReplicationGroup', { authToken: value }),
    given('aws:lambda/invocation:Invocation', { input: value }),
    given('gcp:secretmanager/secretVersion:SecretVersion', { secretData: value }),
    given('docker-build:index:Image', { registries: [{ address: 'registry.example', password: value }] }),
  ];
}
