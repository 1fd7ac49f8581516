import type { Bag, Value } from '../../protocol/values';
import type { Runtime } from '../../runtime/runtime';
import { createWorld, type World } from '../../testing/world';
import { aws } from '../aws';

/** The outputs of what was made, by name. */
export type Made = Readonly<Record<string, Bag & { id: string }>>;

/** One resource of a setup. Its inputs may be made of the outputs of those before it. */
export type Step = { token: string; name: string; inputs: Bag | ((made: Made) => Bag) };

/** One thing wrong with a correct setup, and the rule that must refuse it. */
export type Mutation = {
  rule: string;
  /** How it is broken, for the test's name. */
  what: string;
  /** The resource that is refused. */
  resource: string;
  /** Laid over its inputs; undefined takes one away. Of another resource with `of`. */
  inputs?: Changes | ((made: Made) => Changes);
  of?: string;
  /** Left out of the setup. */
  without?: string | readonly string[];
  /** Added to its end. */
  add?: Step;
};

export type Changes = Readonly<Record<string, Value | undefined>>;

/** An output as text, for inputs of later steps. */
export function text(made: Made, name: string, output = 'id'): string {
  const value = made[name]?.[output];
  if (typeof value !== 'string') throw new Error(`${name} has no output ${output}`);
  return value;
}

export type SetupOptions = {
  runtime?: Runtime;
  region?: string;
  /** What no resource does, such as a push of an image, before one of the steps. */
  before?: { step: string; act: (world: World, made: Made) => void };
};

export function createAwsWorld({ runtime, region = 'eu-central-1' }: SetupOptions = {}): World {
  return createWorld({ packages: [aws], config: { aws: { region } }, ...(runtime && { runtime }) });
}

export async function applySetup(
  world: World,
  steps: readonly Step[],
  mutation: Partial<Mutation> = {},
  before?: SetupOptions['before'],
): Promise<Made> {
  const made: Record<string, Bag & { id: string }> = {};
  for (const { token, name, inputs } of mutate(steps, mutation)) {
    if (name === before?.step) before.act(world, made);
    made[name] = await world.apply(token, name, typeof inputs === 'function' ? inputs(made) : inputs);
  }
  return made;
}

function mutate(
  steps: readonly Step[],
  { resource, of = resource, inputs, without = [], add }: Partial<Mutation>,
): Step[] {
  const changed = steps
    .filter(({ name }) => ![without].flat().includes(name))
    .map((step): Step => {
      if (step.name !== of || inputs === undefined) return step;
      return {
        ...step,
        inputs: (made) => {
          const right = typeof step.inputs === 'function' ? step.inputs(made) : step.inputs;
          const changes = typeof inputs === 'function' ? inputs(made) : inputs;
          const merged: Changes = { ...right, ...changes };
          return Object.fromEntries(
            Object.entries(merged).filter((entry): entry is [string, Value] => entry[1] !== undefined),
          );
        },
      };
    });
  return add ? [...changed, add] : changed;
}

/** A test for each mutation: the setup is right as it is, and each change of it is refused by resource and rule. */
export function testMutations(
  steps: readonly Step[],
  mutations: readonly Mutation[],
  options?: () => SetupOptions,
): void {
  test('accepts the setup as it is', async () => {
    const given = options?.();
    await applySetup(createAwsWorld(given), steps, {}, given?.before);
  });

  test.each(mutations)('$rule refuses $what', async (mutation) => {
    const given = options?.();
    const refused = await applySetup(createAwsWorld(given), steps, mutation, given?.before).catch(
      (error: Error) => error.message,
    );
    expect(refused).toContain(`"${mutation.resource}"`);
    expect(refused).toContain(`[rule ${mutation.rule}:`);
  });
}
