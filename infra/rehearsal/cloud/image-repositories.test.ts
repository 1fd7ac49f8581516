import { createNoRuntime } from '../runtime/no-runtime';
import { type Cloud, createCloud } from './cloud';
import { findPushedImage, imageRepositories, pushImage, splitReference } from './image-repositories';

const digest = `sha256:${'a'.repeat(64)}`;
const other = `sha256:${'b'.repeat(64)}`;

function cloudWith(options: { holdsNamedImages: boolean; immutable: boolean }): Cloud {
  const cloud = createCloud(createNoRuntime());
  cloud.table(imageRepositories).set('registry.example/team', {
    address: 'registry.example/team',
    holdsNamedImages: options.holdsNamedImages,
    hasImmutableTag: () => options.immutable,
    refusePush: (login) => (login?.password === 'right' ? undefined : 'denied: permission denied'),
    images: new Map(),
  });
  return cloud;
}

const push = { address: 'registry.example/team/app', tag: 'one', digest, login: { username: 'u', password: 'right' } };

describe('pushImage', () => {
  test('makes an image found by digest and by tag', () => {
    const cloud = cloudWith({ holdsNamedImages: true, immutable: true });
    pushImage(cloud, push);
    expect(findPushedImage(cloud, `registry.example/team/app@${digest}`)?.digest).toBe(digest);
    expect(findPushedImage(cloud, 'registry.example/team/app:one')?.digest).toBe(digest);
    expect(findPushedImage(cloud, `registry.example/team/app@${other}`)).toBeUndefined();
  });

  test('takes the same digest under its immutable tag again, and no other', () => {
    const cloud = cloudWith({ holdsNamedImages: true, immutable: true });
    pushImage(cloud, push);
    pushImage(cloud, push);
    expect(() => pushImage(cloud, { ...push, digest: other })).toThrow('the tag is immutable');
  });

  test('moves a tag that may move', () => {
    const cloud = cloudWith({ holdsNamedImages: true, immutable: false });
    pushImage(cloud, push);
    pushImage(cloud, { ...push, digest: other });
    expect(findPushedImage(cloud, 'registry.example/team/app:one')?.digest).toBe(other);
    expect(findPushedImage(cloud, `registry.example/team/app@${digest}`)?.tags).toEqual(new Set());
  });

  test('refuses other credentials, in the words of the registry', () => {
    const cloud = cloudWith({ holdsNamedImages: true, immutable: true });
    expect(() => pushImage(cloud, { ...push, login: { username: 'u', password: 'wrong' } })).toThrow(
      'permission denied',
    );
  });

  test('refuses a name below a repository that is one image', () => {
    const cloud = cloudWith({ holdsNamedImages: false, immutable: true });
    expect(() => pushImage(cloud, push)).toThrow('no such repository');
  });
});

test.each([
  ['host:5000/app', { address: 'host:5000/app' }],
  ['host:5000/app:tag', { address: 'host:5000/app', tag: 'tag' }],
  [`host/app:tag@${digest}`, { address: 'host/app', tag: 'tag', digest }],
])('splitReference reads %s', (reference, parts) => {
  expect(splitReference(reference)).toEqual(parts);
});
