import { findStoredImage, pushImage } from '../cloud/registry';
import { createSeed } from '../cloud/seed';
import { placeOf } from './declare';
import { getAuthorizationToken } from './ecr';
import { refuseLifecycle } from './ecr-lifecycle';
import { applySetup, createAwsWorld, type Step, testMutations, text } from './testing/setup';

const keepTen = {
  rules: [
    {
      rulePriority: 1,
      selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 10 },
      action: { type: 'expire' },
    },
  ],
};
const steps: readonly Step[] = [
  { token: 'aws:ecr/repository:Repository', name: 'images', inputs: { imageTagMutability: 'IMMUTABLE' } },
  {
    token: 'aws:ecr/lifecyclePolicy:LifecyclePolicy',
    name: 'lifecycle',
    inputs: (made) => ({ repository: text(made, 'images', 'name'), policy: JSON.stringify(keepTen) }),
  },
  {
    token: 'aws:ecr/repositoryPolicy:RepositoryPolicy',
    name: 'policy',
    inputs: (made) => ({
      repository: text(made, 'images', 'name'),
      policy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: ['ecr:BatchGetImage'] }],
      }),
    }),
  },
];

describe('the rules of aws.ecr', () => {
  testMutations(steps, [
    { rule: 'aws.ecr.repository-name', what: 'capitals', resource: 'images', inputs: { name: 'Images' } },
    {
      rule: 'aws.ecr.repository-name',
      what: 'two separators',
      resource: 'images',
      inputs: { name: 'images--of-mine' },
    },
    {
      rule: 'aws.ecr.tag-mutability',
      what: 'a word that AWS lacks',
      resource: 'images',
      inputs: { imageTagMutability: 'FIXED' },
    },
    {
      rule: 'aws.ecr.tag-mutability',
      what: 'an exclusion without exclusions',
      resource: 'images',
      inputs: { imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION' },
    },
    { rule: 'aws.ecr.lifecycle-policy', what: 'no JSON', resource: 'lifecycle', inputs: { policy: 'keep ten' } },
    { rule: 'aws.ecr.lifecycle-policy', what: 'no rules', resource: 'lifecycle', inputs: { policy: '{"rules":[]}' } },
    {
      rule: 'aws.ecr.repository-policy',
      what: 'no effect',
      resource: 'policy',
      inputs: { policy: '{"Version":"2012-10-17","Statement":[{"Principal":"*","Action":"ecr:*"}]}' },
    },
    {
      rule: 'aws.ecr.repository-missing',
      what: 'a missing repository',
      resource: 'policy',
      inputs: { repository: 'none' },
    },
  ]);
});

describe('refuseLifecycle', () => {
  const [rule] = keepTen.rules;
  const withSelection = (selection: object) => ({
    rules: [{ ...rule, selection: { ...rule?.selection, ...selection } }],
  });

  test.each([
    [{ rules: [{ ...rule, rulePriority: 0 }] }, 'rulePriority'],
    [{ rules: [rule, rule] }, 'unique'],
    [{ rules: [rule, { ...rule, rulePriority: 2 }] }, 'only one rule'],
    [withSelection({ tagStatus: 'tagged' }), 'tagPrefixList'],
    [withSelection({ tagStatus: 'some' }), 'tagStatus'],
    [withSelection({ countType: 'age' }), 'countType'],
    [withSelection({ countNumber: 0 }), 'countNumber'],
    [withSelection({ countType: 'sinceImagePushed' }), 'countUnit'],
  ])('refuses %j', (policy, why) => {
    expect(refuseLifecycle(policy)).toContain(why);
  });

  test('accepts untagged images by age beside a number of all', () => {
    const untagged = { tagStatus: 'untagged', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 1 };
    const byAge = { rulePriority: 1, selection: untagged, action: { type: 'expire' } };
    expect(refuseLifecycle({ rules: [byAge, { ...rule, rulePriority: 2 }] })).toBeUndefined();
  });
});

describe('pushing to a repository', () => {
  const digest = `sha256:${'a'.repeat(64)}`;

  async function setUp() {
    const world = createAwsWorld();
    const made = await applySetup(world, steps);
    const config = { region: 'eu-central-1' };
    const seed = createSeed('login');
    const login = getAuthorizationToken.call({
      inputs: {},
      place: placeOf(config, {}),
      config,
      cloud: world.cloud,
      seed,
    });
    const address = text(made, 'images', 'repositoryUrl');
    const push = (tag: string, digest: string, password = String(login.password)) =>
      pushImage(world.cloud, {
        reference: `${address}:${tag}`,
        digest,
        platform: 'linux/amd64',
        login: { username: 'AWS', password },
      });
    return { world, push, address };
  }

  test('takes the token of the account, for twelve hours', async () => {
    const { world, push, address } = await setUp();
    push('one', digest);
    expect(findStoredImage(world.cloud, `${address}@${digest}`)).toBeDefined();
    expect(() => push('two', digest, 'guess')).toThrow('401 Unauthorized');
    world.cloud.clock.advance({ hours: 12 });
    expect(() => push('two', digest)).toThrow('has expired');
  });

  test('moves no immutable tag', async () => {
    const { push } = await setUp();
    push('one', digest);
    expect(() => push('one', digest.replaceAll('a', 'b'))).toThrow('immutable');
  });

  test('keeps the repository from being deleted, unless it is forced', async () => {
    const { world, push } = await setUp();
    push('one', digest);
    await expect(world.destroy('images')).rejects.toThrow('RepositoryNotEmptyException');
    await world.apply('aws:ecr/repository:Repository', 'images', {
      imageTagMutability: 'IMMUTABLE',
      forceDelete: true,
    });
    await world.destroy('images');
  });
});
