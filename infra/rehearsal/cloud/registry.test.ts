import { createNoRuntime } from '../runtime/no-runtime';
import { type Cloud, createCloud } from './cloud';
import { findStoredImage, parseReference, pushImage, repositories } from './registry';

const digest = `sha256:${'a'.repeat(64)}`;
const other = `sha256:${'b'.repeat(64)}`;
const address = 'registry.example.com/team';

function cloudWith({ isImmutable, hasNames = true }: { isImmutable: boolean; hasNames?: boolean }): Cloud {
  const cloud = createCloud(createNoRuntime());
  cloud.table(repositories).set(address, {
    address,
    hasNames,
    isImmutable: () => isImmutable,
    refuseLogin: (login) => (login?.password === 'right' ? undefined : 'denied'),
    images: new Map(),
  });
  return cloud;
}

const push = (reference: string, wanted = digest, password = 'right') => ({
  reference,
  digest: wanted,
  platform: 'linux/amd64',
  login: { username: 'user', password },
});

describe('pushImage', () => {
  test('takes a digest twice, under as many tags as there are', () => {
    const cloud = cloudWith({ isImmutable: true });
    for (const tag of ['one', 'one', 'two']) pushImage(cloud, push(`${address}/app:${tag}`));
    expect(findStoredImage(cloud, `${address}/app@${digest}`)?.tags).toEqual(new Set(['one', 'two']));
    expect(findStoredImage(cloud, `${address}/app`)).toBeUndefined();
    expect(findStoredImage(cloud, `${address}/other@${digest}`)).toBeUndefined();
  });

  test('moves a tag unless it is immutable', () => {
    const moving = cloudWith({ isImmutable: false });
    for (const wanted of [digest, other]) pushImage(moving, push(`${address}/app`, wanted));
    expect(findStoredImage(moving, `${address}/app:latest`)?.digest).toBe(other);
    const immutable = cloudWith({ isImmutable: true });
    pushImage(immutable, push(`${address}/app`));
    expect(() => pushImage(immutable, push(`${address}/app`, other))).toThrow('the tag is immutable');
  });

  test('tells a stranger nothing of what is there', () => {
    const cloud = cloudWith({ isImmutable: true, hasNames: false });
    const elsewhere = 'registry.example.com/elsewhere:one';
    expect(() => pushImage(cloud, push(elsewhere, digest, 'wrong'))).toThrow('denied');
    expect(() => pushImage(cloud, push(elsewhere))).toThrow('name unknown');
    expect(() => pushImage(cloud, push('ghcr.io/a/b:one'))).toThrow('not simulated: the registry ghcr.io');
  });
});

test.each([
  [
    `host.example:5000/a/b:tag@${digest}`,
    { host: 'host.example:5000', repository: 'host.example:5000/a/b', tag: 'tag', digest },
  ],
  ['localhost:5000/a', { host: 'localhost:5000', repository: 'localhost:5000/a' }],
  ['library/node:24', undefined],
  ['node', undefined],
  ['host.example/Upper', undefined],
])('parseReference reads %s', (text, parsed) => {
  expect(parseReference(text)).toEqual(parsed);
});
