import type { SimulatedPackage } from './declare';
import { resource } from './declare';
import { applyRule, inputRule, judgeOperation, operationRule, type Rule } from './rules';
import { createWorld } from './testing/world';

type Pet = { keepers: import('@pulumi/pulumi').Output<string> };

const seen: string[][] = [];
const petRules: Rule[] = [];
const pet = resource<Pet, { keepers?: Record<string, string> }>({
  token: 'random:index/randomPet:RandomPet',
  id: ({ name }) => name,
  outputs: () => ({}),
  create: async (lifecycle) => void seen.push(await judgeOperation(petRules, lifecycle)),
});
const text = { refuses: 'Cats.', source: 'https://example.org', types: pet };
petRules.push(
  inputRule({ ...text, id: 'pets.input', check: () => undefined }),
  operationRule({ ...text, id: 'pets.operation', check: async ({ entity }) => `${entity.name} ran away` }),
);
const pets: SimulatedPackage = {
  name: 'random',
  resources: [pet],
  functions: [],
  rules: petRules,
  placeholders: {},
  checkConfig: () => [],
  place: () => ({}),
  prepareInputs: (_config, inputs) => inputs,
  sharedOutputs: () => ({ separator: '-', length: 2 }),
  identity: [],
};

describe('judgeOperation', () => {
  test('gives what the operation rules of the type find, and leaves the others alone', async () => {
    await createWorld({ packages: [pets] }).apply(pet.token, 'tom', {});
    expect(seen).toEqual([['tom ran away [rule pets.operation: Cats. https://example.org]']]);
  });
});

describe('an apply rule', () => {
  test('may take its time', async () => {
    const slow = applyRule({ ...text, id: 'pets.apply', check: async () => 'no pets here' });
    const world = createWorld({ packages: [{ ...pets, rules: [slow] }] });
    await expect(world.apply(pet.token, 'tom', {})).rejects.toThrow('no pets here [rule pets.apply:');
    expect(world.cloud.everything()).toEqual([]);
  });
});
