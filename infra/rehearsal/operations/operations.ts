import type { Cloud, Entity, TypeHandle } from '../cloud/cloud';
import { Refusal } from '../cloud/refusal';
import { createSeed, type Seed } from '../cloud/seed';
import type { ResourceSpec, SimulatedPackage, Situation } from '../declare';
import { type Bag, revealBag, type Value } from '../protocol/values';
import { describeFinding, type Rule, type Verdict } from '../rules';
import type { Typings } from '../typings/shape';
import { isSecretAt } from './secret-paths';

/** Everything the operations on one resource need to know. */
export type Subject = {
  readonly package: SimulatedPackage;
  readonly spec: ResourceSpec<Bag, Bag>;
  readonly typings: Typings;
  readonly rules: readonly Rule[];
  readonly cloud: Cloud;
  readonly config: Bag;
  readonly urn: string;
  readonly name: string;
  readonly signal: AbortSignal;
  log(severity: 'info' | 'warning', message: string): void;
};

/** The part of the callbacks' argument that every operation shares. Inputs may carry marks; the situation's do not. */
export function buildSituation(subject: Subject, marked: Bag): Situation<Bag> {
  const inputs = revealBag(withoutDefaults(marked));
  return {
    urn: subject.urn,
    name: subject.name,
    inputs,
    place: subject.package.place(subject.config, inputs),
    config: subject.config,
    cloud: subject.cloud,
    seed: seedOf(subject),
    isSecret: (path) => isSecretAt(marked, path),
  };
}

export function withoutDefaults(inputs: Bag): Bag {
  const { __defaults: _, ...rest } = inputs;
  return rest;
}

export function defaultedKeys(inputs: Bag): readonly string[] {
  const listed = inputs.__defaults;
  return Array.isArray(listed) ? listed.filter((key) => typeof key === 'string') : [];
}

/** Each creation of one URN draws other identifiers, as a replacement has a new id. */
function seedOf(subject: Subject): Seed {
  return createSeed(`${subject.urn}#${creations(subject).get(subject.urn) ?? 0}`);
}

export function countCreation(subject: Subject): void {
  const counts = creations(subject);
  counts.set(subject.urn, (counts.get(subject.urn) ?? 0) + 1);
}

function creations(subject: Subject): Map<string, number> {
  return subject.cloud.table<number>({ name: 'creations' });
}

/** The rule's words for each thing it finds. */
export function findingsOf(rule: Rule, verdict: Verdict): string[] {
  const messages = verdict === undefined ? [] : typeof verdict === 'string' ? [verdict] : verdict;
  return messages.map((message) => describeFinding(rule, message));
}

/** Throws all that the rules of a stage find, as the cloud's one answer. */
export function refuseFindings(subject: Subject, findings: readonly string[]): void {
  if (findings.length > 0) throw new Refusal(`${subject.spec.token} "${subject.name}": ${findings.join('\n')}`);
}

/** Inputs, then what the package and the type compute, then the empty ones; without what is write-only. */
export function buildOutputs(subject: Subject, situation: Situation<Bag>, computed: Bag): Bag {
  const { spec, typings } = subject;
  const shared = subject.package.sharedOutputs(subject.config, situation.inputs, situation.place);
  const knownShared = Object.fromEntries(Object.entries(shared).filter(([key]) => key in typings.outputs));
  const empty = Object.fromEntries((spec.empty ?? []).map((key) => [key, emptyValue(subject, key)]));
  const outputs: Bag = { ...empty, ...situation.inputs, ...knownShared, ...dropUndefined(computed) };
  const hidden = new Set<string>(spec.writeOnly ?? []);
  return Object.fromEntries(Object.entries(outputs).filter(([key]) => !hidden.has(key) && key in typings.outputs));
}

export function dropUndefined(bag: { readonly [key: string]: Value | undefined }): Bag {
  return Object.fromEntries(Object.entries(bag).filter((entry): entry is [string, Value] => entry[1] !== undefined));
}

function emptyValue(subject: Subject, key: string): Bag[string] {
  const shape = subject.typings.outputs[key]?.shape;
  switch (shape?.kind) {
    case 'number':
      return 0;
    case 'boolean':
      return false;
    case 'list':
      return [];
    case 'map':
    case 'object':
      return {};
    default:
      return '';
  }
}

/** By id in its place; by id alone when the provider's own region or project was changed since and no other has it. */
export function entityOf(subject: Subject, id: string, situation: Situation<Bag>): Entity | undefined {
  const type: TypeHandle<Bag, Bag> = { token: subject.spec.token };
  const found = subject.cloud.find(type, id, situation.place);
  if (found) return found;
  const [only, another] = subject.cloud.list(type).filter((entity) => entity.id === id);
  return another ? undefined : only;
}
