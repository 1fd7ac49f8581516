import { type Bag, mapBag, revealBag, unknown } from '../protocol/values';
import { buildOutputs, buildSituation, type Subject } from './operations';

/** What a creation will give: the inputs, and everything the cloud decides as not known yet. */
export function previewCreate(subject: Subject, inputs: Bag): Bag {
  const outputs = buildOutputs(subject, buildSituation(subject, inputs), {});
  const computed = Object.entries(subject.typings.outputs)
    .filter(([key, property]) => key !== 'urn' && property.required && !isGiven(outputs, key, subject))
    .map(([key]) => [key, unknown] as const);
  return { ...outputs, ...Object.fromEntries(computed) };
}

/** What an update will give: the old outputs stay but for the inputs and what the type says may change. */
export function previewUpdate(subject: Subject, olds: Bag, news: Bag): Bag {
  const outputs = buildOutputs(subject, buildSituation(subject, news), {});
  const computed = Object.fromEntries(
    Object.entries(revealBag(olds)).filter(([key]) => !(key in outputs) && isComputed(subject, key)),
  );
  const changing = new Set<string>(subject.spec.changesOnUpdate ?? []);
  return mapBag({ ...computed, ...outputs }, (value, key) => (changing.has(key) ? unknown : value));
}

function isGiven(outputs: Bag, key: string, subject: Subject): boolean {
  return key in outputs && !(subject.spec.empty ?? []).includes(key);
}

/** An output that the typings promise, or that no input can set, outlives the input of the same name. */
function isComputed(subject: Subject, key: string): boolean {
  return subject.typings.outputs[key]?.required === true || !(key in subject.typings.inputs);
}
