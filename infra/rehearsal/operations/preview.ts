import { type Bag, isBag, mapBag, revealBag, unknown } from '../protocol/values';
import type { Shape } from '../typings/shape';
import { buildOutputs, buildSituation, type Subject } from './operations';

/** What a creation will give: the inputs, and everything the cloud decides as not known yet. */
export function previewCreate(subject: Subject, inputs: Bag): Bag {
  const outputs = buildOutputs(subject, buildSituation(subject, inputs), {});
  const computed = Object.entries(subject.typings.outputs)
    .filter(([key, property]) => key !== 'urn' && property.required && !isGiven(outputs, key, subject))
    .map(([key]) => [key, unknown] as const);
  return withComputedParts(subject, { ...outputs, ...Object.fromEntries(computed) }, {});
}

/** What an update will give: the old outputs stay but for the inputs and what the type says may change. */
export function previewUpdate(subject: Subject, olds: Bag, news: Bag): Bag {
  const outputs = buildOutputs(subject, buildSituation(subject, news), {});
  const isOpen = (key: string) => !(key in outputs) || (!(key in news) && !isGiven(outputs, key, subject));
  const computed = Object.fromEntries(
    Object.entries(revealBag(olds)).filter(([key]) => isOpen(key) && isComputed(subject, key)),
  );
  const changing = new Set<string>(subject.spec.changesOnUpdate ?? []);
  const whole = withComputedParts(subject, { ...outputs, ...computed }, revealBag(olds));
  return mapBag(whole, (value, key) => (changing.has(key) ? unknown : value));
}

function isGiven(outputs: Bag, key: string, subject: Subject): boolean {
  return key in outputs && !(subject.spec.empty ?? []).includes(key);
}

/** An output that the typings promise, or that no input can set, outlives the input of the same name. */
function isComputed(subject: Subject, key: string): boolean {
  return subject.typings.outputs[key]?.required === true || !(key in subject.typings.inputs);
}

/** Also inside of an object that the inputs give, the cloud computes parts: as they were before, else not known yet. */
function withComputedParts({ typings }: Subject, outputs: Bag, olds: Bag): Bag {
  const complete = (value: Bag[string], shape: Shape | undefined, old: Bag[string] | undefined): Bag[string] => {
    if (shape?.kind !== 'object' || !isBag(value)) return value;
    const before = isBag(old) ? old : {};
    const parts = Object.entries(typings.objects[shape.name] ?? {}).flatMap(([key, property]) => {
      if (key in value) return [[key, complete(value[key] ?? null, property.shape, before[key])] as const];
      return property.required ? [[key, before[key] ?? unknown] as const] : [];
    });
    return { ...value, ...Object.fromEntries(parts) };
  };
  return mapBag(outputs, (value, key) => complete(value, typings.outputs[key]?.shape, olds[key]));
}
