import { join } from 'node:path';
import { type Cloud, createCloud } from '../cloud/cloud';
import type { SimulatedPackage } from '../declare';
import { check } from '../operations/check';
import { create, type Outcome, read, remove, update } from '../operations/lifecycle';
import type { Subject } from '../operations/operations';
import { type Bag, revealBag } from '../protocol/values';
import { createNoRuntime } from '../runtime/no-runtime';
import type { Runtime } from '../runtime/runtime';
import { openPackageTypings, type PackageTypings } from '../typings/package-typings';
import { findProviderPackages } from '../typings/provider-package';

/**
 * Simulated clouds without an engine, for tests of types and rules in milliseconds. Resources are put through the same check,
 * rules and lifecycle as under the engine; what is refused is thrown as one error with every finding in its message.
 */
export type World = {
  readonly cloud: Cloud;
  /** Checks and creates, or updates when the name is taken. Gives the outputs without secret marks. */
  apply(token: string, name: string, inputs: Bag): Promise<Bag & { id: string }>;
  /** What the check alone says of inputs, unknowns included, as in a preview. */
  preview(token: string, name: string, inputs: Bag): string[];
  refresh(name: string): Promise<Bag | undefined>;
  destroy(name: string): Promise<void>;
};

export type WorldOptions = {
  packages: readonly SimulatedPackage[];
  /** By package name; a region and a project are there without it. */
  config?: Readonly<Record<string, Bag>>;
  runtime?: Runtime;
};

const defaultConfig: Readonly<Record<string, Bag>> = {
  aws: { region: 'eu-central-1' },
  gcp: { project: 'rehearsal-project', region: 'europe-west1' },
};

type Known = { token: string; inputs: Bag; outcome: Outcome };

const installed = findProviderPackages(join(__dirname, '../../../node_modules'));
const opened = new Map<string, PackageTypings>();

/** Read once for all worlds of a test file. */
function typingsOf(name: string): PackageTypings | undefined {
  const provider = installed.find((candidate) => candidate.name === name);
  if (provider && !opened.has(name)) opened.set(name, openPackageTypings(provider));
  return opened.get(name);
}

export function createWorld(options: WorldOptions): World {
  const cloud = createCloud(options.runtime ?? createNoRuntime());
  const known = new Map<string, Known>();

  function subjectOf(token: string, name: string): Subject {
    const simulated = options.packages.find((candidate) => token.startsWith(`${candidate.name}:`));
    const spec = simulated?.resources.find((type) => type.token === token)?.spec;
    const typings = spec?.typings ?? (simulated && typingsOf(simulated.name)?.resource(token));
    if (!simulated || !spec || !typings) throw new Error(`not simulated: ${token}`);
    return {
      package: simulated,
      spec,
      typings,
      rules: simulated.rules,
      cloud,
      config: options.config?.[simulated.name] ?? defaultConfig[simulated.name] ?? {},
      urn: `urn:pulumi:test::world::${token}::${name}`,
      name,
      signal: new AbortController().signal,
      log: () => {},
    };
  }

  function get(name: string): Known {
    const found = known.get(name);
    if (!found) throw new Error(`no resource "${name}" was applied`);
    return found;
  }

  const checked = (token: string, name: string, inputs: Bag) =>
    check(subjectOf(token, name), { olds: known.get(name)?.inputs ?? {}, news: inputs, seed: Buffer.from(name) });

  return {
    cloud,
    apply: async (token, name, news) => {
      const { inputs, failures } = checked(token, name, news);
      if (failures.length > 0)
        throw new Error(`${token} "${name}": ${failures.map(({ reason }) => reason).join('\n')}`);
      const before = known.get(name);
      const outcome = before
        ? await update(subjectOf(token, name), before.outcome.id, inputs, before.outcome.outputs)
        : await create(subjectOf(token, name), inputs);
      known.set(name, { token, inputs, outcome });
      if (outcome.failedInPlace !== undefined) throw new Error(`${token} "${name}": ${outcome.failedInPlace}`);
      return { ...revealBag(outcome.outputs), id: outcome.id };
    },
    preview: (token, name, inputs) => checked(token, name, inputs).failures.map(({ reason }) => reason),
    refresh: async (name) => {
      const { token, inputs, outcome } = get(name);
      const found = await read(subjectOf(token, name), outcome.id, inputs, outcome.outputs);
      return found && revealBag(found.outputs);
    },
    destroy: async (name) => {
      const { token, inputs, outcome } = get(name);
      await remove(subjectOf(token, name), outcome.id, inputs, outcome.outputs);
      known.delete(name);
    },
  };
}
