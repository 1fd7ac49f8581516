import type {
  RandomId,
  RandomIdArgs,
  RandomPassword,
  RandomPasswordArgs,
  RandomString,
  RandomStringArgs,
} from '@pulumi/random';
import type { Seed } from '../cloud/seed';
import { resource, type SimulatedPackage } from '../declare';
import { inputRule } from '../rules';

const lower = 'abcdefghijklmnopqrstuvwxyz';
const upper = lower.toUpperCase();
const digits = '0123456789';
/** Source: https://registry.terraform.io/providers/hashicorp/random/latest/docs/resources/password */
const specials = '!@#$%&*()-_=+[]{}<>:?';

type Recipe = {
  length: number;
  lower?: boolean;
  upper?: boolean;
  numeric?: boolean;
  special?: boolean;
  minLower?: number;
  minUpper?: number;
  minNumeric?: number;
  minSpecial?: number;
  overrideSpecial?: string;
};

/** The characters asked for, the minimums of each kind among them, in an order drawn from the seed. */
export function drawText(recipe: Recipe, seed: Seed): string {
  const kinds = [
    { alphabet: lower, allowed: recipe.lower ?? true, minimum: recipe.minLower ?? 0 },
    { alphabet: upper, allowed: recipe.upper ?? true, minimum: recipe.minUpper ?? 0 },
    { alphabet: digits, allowed: recipe.numeric ?? true, minimum: recipe.minNumeric ?? 0 },
    {
      alphabet: recipe.overrideSpecial || specials,
      allowed: recipe.special ?? true,
      minimum: recipe.minSpecial ?? 0,
    },
  ];
  const all = kinds
    .filter((kind) => kind.allowed)
    .map((kind) => kind.alphabet)
    .join('');
  const required = kinds.flatMap((kind, index) => draw(kind.alphabet, kind.minimum, `kind-${index}`, seed));
  const rest = draw(all, recipe.length - required.length, 'rest', seed);
  return [...required, ...rest]
    .map((character, index) => ({ character, order: seed.integer(2 ** 32, `order-${index}`) }))
    .sort((a, b) => a.order - b.order)
    .map(({ character }) => character)
    .join('');
}

function draw(alphabet: string, count: number, label: string, seed: Seed): string[] {
  return Array.from({ length: Math.max(0, count) }, (_, index) =>
    alphabet.charAt(seed.integer(alphabet.length, `${label}-${index}`)),
  );
}

const textDefaults = {
  lower: true,
  upper: true,
  numeric: true,
  number: true,
  special: true,
  minLower: 0,
  minUpper: 0,
  minNumeric: 0,
  minSpecial: 0,
};

const randomPassword = resource<RandomPassword, RandomPasswordArgs>({
  token: 'random:index/randomPassword:RandomPassword',
  stateOnly: true,
  replaceOn: 'any',
  secretOutputs: ['result', 'bcryptHash'],
  id: () => 'none',
  // The hash has the form of a bcrypt hash and is none: nothing here checks one.
  outputs: ({ inputs, seed }) => ({
    ...textDefaults,
    ...inputs,
    result: drawText(inputs, seed),
    bcryptHash: `$2a$10$${seed.hex(53, 'bcrypt')}`,
  }),
});

const randomString = resource<RandomString, RandomStringArgs>({
  token: 'random:index/randomString:RandomString',
  stateOnly: true,
  replaceOn: 'any',
  id: ({ inputs, seed }) => drawText(inputs, seed),
  outputs: ({ inputs, id }) => ({ ...textDefaults, ...inputs, result: id }),
});

const randomId = resource<RandomId, RandomIdArgs>({
  token: 'random:index/randomId:RandomId',
  stateOnly: true,
  replaceOn: 'any',
  id: ({ inputs, seed }) => bytesOf(inputs.byteLength, seed).toString('base64url'),
  outputs: ({ inputs, seed }) => {
    const bytes = bytesOf(inputs.byteLength, seed);
    const prefix = inputs.prefix ?? '';
    return {
      hex: prefix + bytes.toString('hex'),
      dec: prefix + BigInt(`0x${bytes.toString('hex')}`).toString(),
      b64Std: prefix + bytes.toString('base64'),
      b64Url: prefix + bytes.toString('base64url'),
    };
  },
});

function bytesOf(length: number, seed: Seed): Buffer {
  return Buffer.from(seed.hex(length * 2), 'hex');
}

const minimums = inputRule({
  id: 'random.length-holds-minimums',
  refuses: 'A length below 1, or below the sum of the minimums.',
  source: 'https://registry.terraform.io/providers/hashicorp/random/latest/docs/resources/password',
  types: [randomPassword],
  check: ({ inputs }) => {
    const sum = (inputs.minLower ?? 0) + (inputs.minUpper ?? 0) + (inputs.minNumeric ?? 0) + (inputs.minSpecial ?? 0);
    return inputs.length < Math.max(1, sum) ? `length must be at least ${Math.max(1, sum)}` : undefined;
  },
});

export const random: SimulatedPackage = {
  name: 'random',
  resources: [randomPassword, randomString, randomId],
  functions: [],
  rules: [minimums],
  placeholders: {},
  checkConfig: () => [],
  place: () => ({}),
  prepareInputs: (_config, inputs) => inputs,
  sharedOutputs: () => ({}),
  identity: [],
};
