import * as pulumi from '@pulumi/pulumi';
import { createImage, type Registry } from './image';
import { type MockedResource, mockClouds, mockDigest, Secret } from './testing/mock-clouds';

const noBuild = { buildImage: '', runtimeImage: '', builder: '' };
const given = `sha256:${'e'.repeat(64)}`;
const identity = { project: 'taproom', stack: 'dev' };

function registry(repository: string): Registry {
  return {
    repository: pulumi.output(repository),
    login: () => ({ username: `user of ${repository}`, password: `password of ${repository}` }),
    checkImage: () => pulumi.output('found'),
  };
}

const promiseOf = (output: pulumi.Output<unknown>) => (output as unknown as { promise(): Promise<unknown> }).promise();

describe('createImage', () => {
  let resources: MockedResource[];
  beforeEach(async () => {
    resources = await mockClouds(identity);
  });

  test('builds once for all registries, reproducibly, and refers to the image by its digest', async () => {
    const image = createImage(
      { imageDigest: '', build: noBuild },
      { gcp: registry('host-b/b/image'), aws: registry('host-a/a') },
    );
    expect(await promiseOf(image.in('gcp').reference)).toBe(`host-b/b/image@${mockDigest}`);
    expect(await promiseOf(image.in('aws').reference)).toBe(`host-a/a@${mockDigest}`);
    await pulumi.runtime.disconnect();
    expect(resources).toHaveLength(1);
    expect(resources[0]?.inputs).toMatchObject({
      platforms: ['linux/amd64'],
      tags: [expect.stringMatching(/^host-a\/a:content-/), expect.stringMatching(/^host-b\/b\/image:content-/)],
      registries: new Secret([
        { address: 'host-a/a', username: 'user of host-a/a', password: 'password of host-a/a' },
        { address: 'host-b/b/image', username: 'user of host-b/b/image', password: 'password of host-b/b/image' },
      ]),
      buildArgs: { SOURCE_DATE_EPOCH: '315532800' },
      exports: [{ raw: 'type=image,push=true,rewrite-timestamp=true' }],
      push: false,
    });
    expect(resources[0]?.inputs).not.toHaveProperty('builder');
    expect(resources[0]?.options.retainOnDelete).toBe(true);
  });

  test('builds on the bases and with the builder that are set, under another tag', async () => {
    const build = { buildImage: `a@${given}`, runtimeImage: `b@${given}`, builder: 'remote' };
    createImage({ imageDigest: '', build: noBuild }, { aws: registry('host-a/a') });
    createImage({ imageDigest: '', build }, { aws: registry('host-a/a') });
    await pulumi.runtime.disconnect();
    const [plain, based] = resources.map(({ inputs }) => inputs);
    expect(based).toMatchObject({
      buildArgs: { BUILD_IMAGE: `a@${given}`, RUNTIME_IMAGE: `b@${given}` },
      builder: { name: 'remote' },
    });
    expect(based?.tags).not.toEqual(plain?.tags);
  });

  test('deploys an image that is there without a build', async () => {
    const image = createImage({ imageDigest: given, build: noBuild }, { aws: registry('host-a/a') });
    expect(await promiseOf(image.in('aws').reference)).toBe(`host-a/a@${given}`);
    await pulumi.runtime.disconnect();
    expect(resources).toEqual([]);
  });
});
