import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findEngineImage } from '../cloud/image-engine';
import { findStoredImage, type Repository, repositories } from '../cloud/registry';
import { Secret, unknown } from '../protocol/values';
import { createRuntime } from '../runtime/create-runtime';
import { createNoRuntime } from '../runtime/no-runtime';
import type { Runtime } from '../runtime/runtime';
import { createWorld, type World } from '../testing/world';
import { dockerBuild } from './docker-build';

const token = 'docker-build:index:Image';
const ecr = '123456789012.dkr.ecr.eu-central-1.amazonaws.com/orders';
const artifacts = 'europe-west1-docker.pkg.dev/brewery/images';

let folder: string;
let runtime: Runtime;
let world: World;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rehearsal-context-'));
  writeFileSync(join(folder, 'Dockerfile'), 'FROM scratch\nWORKDIR /app\nCOPY . ./\nCMD ["node", "main.js"]\n');
  writeFileSync(join(folder, '.dockerignore'), 'secret.txt\n');
  writeFileSync(join(folder, 'main.js'), 'console.log(1)\n');
  runtime = await createRuntime();
  world = createWorld({ packages: [dockerBuild], runtime });
  addRepository({ address: ecr, hasNames: false });
  addRepository({ address: artifacts, hasNames: true });
});

afterEach(async () => {
  await runtime.close();
  rmSync(folder, { recursive: true, force: true });
});

function addRepository({ address, hasNames }: { address: string; hasNames: boolean }): Repository {
  const repository: Repository = {
    address,
    hasNames,
    isImmutable: () => true,
    refuseLogin: (login) => (login?.password === 'right' ? undefined : '401 Unauthorized: no basic auth credentials'),
    images: new Map(),
  };
  world.cloud.table(repositories).set(address, repository);
  return repository;
}

const login = (address: string, password = 'right') => ({ address, username: 'AWS', password: new Secret(password) });

function inputs(more: Record<string, unknown> = {}) {
  return {
    context: { location: folder },
    push: true,
    tags: [`${ecr}:one`, `${artifacts}/orders:one`],
    registries: [login(ecr), login(artifacts)],
    platforms: ['linux/amd64'],
    ...more,
  } as never;
}

describe('docker-build.Image', () => {
  test('is pushed and loaded by one build, under one digest', async () => {
    const exports = [{ raw: 'type=docker,rewrite-timestamp=true' }, { raw: 'type=image,push=true' }];
    const { digest } = await world.apply(token, 'image', inputs({ push: false, exports }));
    expect(findStoredImage(world.cloud, `${ecr}:one`)?.digest).toBe(digest);
    expect(findEngineImage(world.cloud, `${ecr}:one`)?.id).toBe(digest);
  });

  test('is not loaded when its export goes to a file', async () => {
    await world.apply(token, 'image', inputs({ push: false, exports: [{ docker: { dest: 'image.tar' } }] }));
    expect(findEngineImage(world.cloud, `${ecr}:one`)).toBeUndefined();
  });

  test('is one digest in every registry', async () => {
    const image = await world.apply(token, 'image', inputs());
    expect(image.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(image.ref).toBe(`${ecr}:one@${image.digest}`);
    expect(findStoredImage(world.cloud, `${ecr}@${image.digest}`)?.tags).toEqual(new Set(['one']));
    expect(findStoredImage(world.cloud, `${artifacts}/orders:one`)?.digest).toBe(image.digest);
    expect(runtime.images.find(String(image.digest))?.command).toEqual(['node', 'main.js']);
  });

  test('keeps its digest while the tree stays, and gets another with the tree', async () => {
    const first = await world.apply(token, 'image', inputs());
    writeFileSync(join(folder, 'secret.txt'), 'not sent\n');
    const second = await world.apply(token, 'image', inputs());
    writeFileSync(join(folder, 'main.js'), 'console.log(2)\n');
    const tags = [`${ecr}:two`, `${artifacts}/orders:two`];
    const third = await world.apply(token, 'image', inputs({ tags }));
    expect(second).toEqual(first);
    expect(third.digest).not.toBe(first.digest);
    expect(third.contextHash).not.toBe(first.contextHash);
  });

  test('is not pushed over an immutable tag', async () => {
    await world.apply(token, 'image', inputs());
    writeFileSync(join(folder, 'main.js'), 'console.log(2)\n');
    await expect(world.apply(token, 'image', inputs())).rejects.toThrow(
      /the image tag 'one' already exists.*immutable/,
    );
  });

  test.each([
    ['a wrong password', { registries: [login(ecr, 'wrong'), login(artifacts)] }, '401 Unauthorized'],
    ['no login for one of the registries', { registries: [login(ecr)] }, '401 Unauthorized'],
    ['an unknown repository', { tags: [`${ecr}-other:one`] }, 'name unknown'],
    ['a registry of nobody', { tags: ['ghcr.io/brewery/orders:one'] }, 'not simulated: the registry ghcr.io'],
    ['an unknown stage', { target: 'production' }, 'target stage "production" could not be found'],
    ['several platforms', { platforms: ['linux/amd64', 'linux/arm64'] }, 'not simulated: an image of several'],
  ])('is refused with %s', async (_what, more, message) => {
    await expect(world.apply(token, 'image', inputs(more))).rejects.toThrow(message);
  });

  test('stays out of every registry unless it is pushed', async () => {
    const image = await world.apply(token, 'image', inputs({ push: false }));
    expect(image).toMatchObject({ digest: '', ref: `${ecr}:one` });
    expect(findStoredImage(world.cloud, `${ecr}:one`)).toBeUndefined();
  });

  test('is pushed by a raw export', async () => {
    const exports = [{ raw: 'type=image,push=true,rewrite-timestamp=true' }];
    const image = await world.apply(token, 'image', inputs({ push: false, exports }));
    expect(findStoredImage(world.cloud, `${ecr}:one`)?.digest).toBe(image.digest);
  });

  test('leaves the registries when it is destroyed', async () => {
    await world.apply(token, 'image', inputs());
    await world.destroy('image');
    expect(findStoredImage(world.cloud, `${ecr}:one`)).toBeUndefined();
  });

  test('is pushed again after a registry has lost it', async () => {
    const image = await world.apply(token, 'image', inputs());
    world.cloud.table(repositories).get(ecr)?.images.clear();
    expect(await world.refresh('image')).toMatchObject({ contextHash: '' });
    await world.apply(token, 'image', inputs());
    expect(findStoredImage(world.cloud, `${ecr}:one`)?.digest).toBe(image.digest);
  });
});

describe('the rules of docker-build', () => {
  const preview = (more: Record<string, unknown>) => world.preview(token, 'image', inputs(more)).join('\n');

  test.each([
    ['docker-build.image.dockerfile', { context: { location: '/nowhere' } }],
    ['docker-build.image.dockerfile', { dockerfile: { location: '/nowhere/Dockerfile' } }],
    ['docker-build.image.dockerfile', { dockerfile: { inline: 'FORM scratch' } }],
    ['docker-build.image.export', { exports: [{ raw: 'push=true' }] }],
    ['docker-build.image.export', { exports: [{ registry: {}, docker: {} }] }],
    ['docker-build.image.push-needs-tag', { tags: [] }],
    ['docker-build.image.tag-format', { tags: ['Orders:one'] }],
    ['docker-build.image.registry-in-tag', { tags: ['brewery/orders:one'] }],
    ['docker-build.image.named-contexts', { context: { location: '/', named: { base: { location: '/' } } } }],
  ])('%s refuses %j', (id, more) => {
    expect(preview(more)).toContain(`[rule ${id}:`);
  });

  test('find nothing in an image whose registries are not known yet', () => {
    expect(preview({ tags: [unknown], registries: [{ address: unknown, username: 'AWS', password: unknown }] })).toBe(
      '',
    );
  });

  test('ask for push, which the provider requires', () => {
    const { push: _, ...rest } = inputs() as Record<string, unknown>;
    expect(world.preview(token, 'image', rest as never).join()).toContain('push');
  });

  test('need no runtime', () => {
    const still = createWorld({ packages: [dockerBuild], runtime: createNoRuntime() });
    expect(still.preview(token, 'image', inputs())).toEqual([]);
  });
});
