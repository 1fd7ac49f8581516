import { join } from 'node:path';
import { Secret, unknown } from '../protocol/values';
import { checkProperties } from './check-shape';
import { openPackageTypings } from './package-typings';
import { findProviderPackages } from './provider-package';
import { parseToken } from './token';

const packages = findProviderPackages(join(__dirname, '../../../node_modules'));

function typingsOf(name: string) {
  const provider = packages.find((candidate) => candidate.name === name);
  if (!provider) throw new Error(`@pulumi/${name} is not installed`);
  return openPackageTypings(provider);
}

describe('parseToken', () => {
  test.each([
    ['aws:sqs/queue:Queue', 'sqs', 'Queue'],
    ['gcp:projects/iAMMember:IAMMember', 'projects', 'IAMMember'],
    ['random:index/randomPassword:RandomPassword', '', 'RandomPassword'],
    ['docker-build:index:Image', '', 'Image'],
    ['kubernetes:helm.sh/v3:Release', 'helm/v3', 'Release'],
  ])('finds %s', (token, folder, name) => {
    expect(parseToken(token)).toEqual({ package: token.split(':')[0], folder, name });
  });

  test('refuses what is no token', () => {
    expect(() => parseToken('aws')).toThrow('no type or function token');
  });
});

describe('resource typings', () => {
  test('tell inputs from outputs, and required from optional', () => {
    const image = typingsOf('docker-build').resource('docker-build:index:Image');
    expect(image?.inputs.push).toEqual({ shape: { kind: 'boolean' }, required: true });
    expect(image?.inputs.tags?.required).toBe(false);
    expect(image?.inputs.digest).toBeUndefined();
    expect(image?.outputs.digest).toMatchObject({ shape: { kind: 'string' }, required: true });
  });

  test('follow nested shapes and enums', () => {
    const image = typingsOf('docker-build').resource('docker-build:index:Image');
    const platforms = image?.inputs.platforms?.shape;
    expect(platforms).toMatchObject({ kind: 'list', items: { kind: 'literal' } });
    expect(image?.objects['input:RegistryArgs']?.address).toMatchObject({ required: true });
  });

  test('carry deprecations', () => {
    const password = typingsOf('random').resource('random:index/randomPassword:RandomPassword');
    expect(password?.inputs.number?.deprecated).toContain('numeric');
  });

  test.each([
    ['aws', 'aws:apprunner/service:Service'],
    ['gcp', 'gcp:cloudrunv2/service:Service'],
    ['gcp', 'gcp:projects/iAMMember:IAMMember'],
    ['kubernetes', 'kubernetes:core/v1:Secret'],
    ['tls', 'tls:index/privateKey:PrivateKey'],
  ])('are found in %s for %s', (name, token) => {
    expect(typingsOf(name).resource(token)).toBeDefined();
  });

  test('are undefined for a type that the package lacks', () => {
    expect(typingsOf('aws').resource('aws:sqs/queue:Quay')).toBeUndefined();
  });
});

describe('function typings', () => {
  test('give arguments and result', () => {
    const typings = typingsOf('aws').function('aws:ecr/getAuthorizationToken:getAuthorizationToken');
    expect(typings?.inputs.registryId?.required).toBe(false);
    expect(typings?.outputs.password).toEqual({ shape: { kind: 'string' }, required: true });
  });
});

describe('checkProperties', () => {
  const service = typingsOf('gcp').resource('gcp:cloudrunv2/service:Service');
  if (!service) throw new Error('no typings of the Cloud Run service');
  const check = (bag: Parameters<typeof checkProperties>[0]) => checkProperties(bag, service.inputs, service.objects);

  test('accepts what fits, secrets and unknowns included', () => {
    const failures = check({
      location: unknown,
      labels: new Secret({ a: 'b' }),
      template: { containers: [{ image: unknown, envs: [{ name: 'A', value: new Secret('b') }] }] },
    });
    expect(failures).toEqual([]);
  });

  test('names unknown, missing and misshapen properties by their path', () => {
    const failures = check({ regoin: 'x', template: { containers: [{ image: 3, ports: { containerPort: 'a' } }] } });
    expect(failures.map((failure) => failure.path)).toEqual([
      'regoin',
      'template.containers[0].image',
      'template.containers[0].ports.containerPort',
      'location',
    ]);
  });

  test('never shows the value', () => {
    const failures = check({ location: new Secret(['hush']), template: {} });
    expect(JSON.stringify(failures)).not.toContain('hush');
  });
});
