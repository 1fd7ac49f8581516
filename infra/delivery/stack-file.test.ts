import { parse } from 'yaml';
import { readDelivery, withDelivery } from './stack-file';

const digest = `sha256:${'a'.repeat(64)}`;
const env = { IMAGE_REPOSITORY_GCP: 'us-central1-docker.pkg.dev/p/r/service' };

describe('withDelivery', () => {
  const settings = {
    digest,
    repositories: { aws: 'a/b' },
    config: { 'gcp:project': 'p' },
    secretsProvider: 'awskms://alias/state?region=us-east-1',
  };

  test('adds what the delivery knows, and keeps the rest', () => {
    const text =
      'encryptionsalt: v1:x\nconfig:\n  # why\n  taproom:targets: [cloud-run]\n  taproom:registries: stack\n';
    const result = withDelivery(text, settings);
    expect(result).toContain('# why');
    expect(parse(result)).toEqual({
      encryptionsalt: 'v1:x',
      secretsprovider: settings.secretsProvider,
      config: {
        'taproom:targets': ['cloud-run'],
        'taproom:registries': { aws: 'a/b' },
        'taproom:imageDigest': digest,
        'gcp:project': 'p',
      },
    });
  });

  test('takes an empty file', () => {
    expect(parse(withDelivery('', { repositories: { aws: 'a/b' }, config: {} }))).toEqual({
      config: { 'taproom:registries': { aws: 'a/b' } },
    });
  });
});

describe('readDelivery', () => {
  const boundaries = JSON.stringify({ dev: 'arn:dev', preview: 'arn:preview' });
  const boundaryOf = (stack: string) =>
    readDelivery({ env: { ...env, PERMISSIONS_BOUNDARIES: boundaries } }, { stack }).config[
      'taproom:permissionsBoundary'
    ];

  test('finds the boundary of the stack, or that of all previews', () => {
    expect([boundaryOf('dev'), boundaryOf('pull12')]).toEqual(['arn:dev', 'arn:preview']);
  });

  test('never leaves a boundary out in silence', () => {
    expect(() => boundaryOf('prod')).toThrow('PERMISSIONS_BOUNDARIES must have one for prod');
  });

  test('leaves out what is not set', () => {
    expect(readDelivery({ env }, { stack: 'dev' })).toEqual({
      repositories: { gcp: env.IMAGE_REPOSITORY_GCP },
      config: {},
    });
  });
});
