import type { Bag, Value } from '../../protocol/values';
import type { Runtime } from '../../runtime/runtime';
import { createWorld, type World } from '../../testing/world';
import { gcp } from '../gcp';
import { createFakeRuntime } from './fake-runtime';

export const project = 'rehearsal-project';
export const region = 'europe-west1';

/** The outputs of what was made, by name. */
export type Made = Readonly<Record<string, Bag & { id: string }>>;

/** One resource of a setup. Its inputs may be made of the outputs of those before it. */
export type Step = {
  token: string;
  name: string;
  inputs: Bag | ((made: Made) => Bag);
  /** What a program does outside of resources, such as a push, when this one is there. */
  after?: (world: World) => void;
};

export type Changes = Readonly<Record<string, Value | undefined>>;

/** One thing wrong with a correct setup, and the rule that must refuse it. */
export type Mutation = {
  rule: string;
  /** How it is broken, for the test's name. */
  what: string;
  /** The resource that is refused. */
  resource: string;
  /** Laid over its inputs, by path (`template.timeout`, `envs.0.name`); undefined takes one away. */
  change?: Changes | ((made: Made) => Changes);
  /** The resource that is changed, when that is another one. */
  of?: string;
  without?: readonly string[];
  add?: Step;
};

/** An output as text, for inputs of later steps. */
export function text(made: Made, name: string, output = 'id'): string {
  const value = made[name]?.[output];
  if (typeof value !== 'string') throw new Error(`${name} has no output ${output}`);
  return value;
}

export function createGcpWorld(runtime: Runtime = createFakeRuntime()): World {
  return createWorld({ packages: [gcp], config: { gcp: { project, region } }, runtime });
}

export async function applySetup(world: World, steps: readonly Step[]): Promise<Made> {
  const made: Record<string, Bag & { id: string }> = {};
  for (const { token, name, inputs, after } of steps) {
    made[name] = await world.apply(token, name, typeof inputs === 'function' ? inputs(made) : inputs);
    after?.(world);
  }
  return made;
}

export function mutate(steps: readonly Step[], mutation: Omit<Mutation, 'rule' | 'what'>): Step[] {
  const { resource, of = resource, change, without = [], add } = mutation;
  const changed = steps
    .filter(({ name }) => !without.includes(name))
    .map((step): Step => {
      if (step.name !== of || change === undefined) return step;
      return {
        ...step,
        inputs: (made) => {
          const inputs = structuredClone(typeof step.inputs === 'function' ? step.inputs(made) : step.inputs);
          for (const [path, value] of Object.entries(typeof change === 'function' ? change(made) : change)) {
            setAt(inputs, path.split('.'), value);
          }
          return inputs;
        },
      };
    });
  return add ? [...changed, add] : changed;
}

function setAt(target: { [key: string]: unknown }, [head = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length > 0) {
    target[head] ??= {};
    setAt(target[head] as { [key: string]: unknown }, rest, value);
  } else if (value === undefined) {
    delete target[head];
  } else {
    target[head] = value;
  }
}

/** A test for each mutation: the setup is right as it is, and each change of it is refused by resource and rule. */
export function testMutations(steps: readonly Step[], mutations: readonly Mutation[]): void {
  test('accepts the setup as it is', async () => {
    await applySetup(createGcpWorld(), steps);
  });

  test.each(mutations)('$rule refuses $what', async (mutation) => {
    const refused = await applySetup(createGcpWorld(), mutate(steps, mutation)).then(
      () => 'nothing was refused',
      (error: Error) => error.message,
    );
    expect(refused).toContain(`"${mutation.resource}"`);
    expect(refused).toContain(`[rule ${mutation.rule}:`);
  });
}
