import { type Bag, hasUnknown, revealBag } from '../protocol/values';
import { checkProperties } from '../typings/check-shape';
import { getAt, setAt } from './at-path';
import { autoname, type NamingWish } from './autoname';
import { diffInputs } from './diff-inputs';
import { checkWhatIsKnown } from './known-view';
import { buildSituation, defaultedKeys, dropUndefined, findingsOf, type Subject, withoutDefaults } from './operations';

export type CheckRequest = { olds: Bag; news: Bag; seed: Uint8Array; wish?: NamingWish };
export type CheckFailure = { property: string; reason: string };

/** Names, defaults and tags added as the provider adds them; then the typings' and the rules' objections. */
export function check(subject: Subject, request: CheckRequest): { inputs: Bag; failures: CheckFailure[] } {
  const { spec, typings } = subject;
  const given = Object.fromEntries(Object.entries(withoutDefaults(request.news)).filter(([, value]) => value !== null));
  const failures: CheckFailure[] = checkProperties(given, typings.inputs, typings.objects).map(({ path, reason }) => ({
    property: path,
    reason,
  }));
  warnOfDeprecated(subject, given);
  const prepared = subject.package.prepareInputs(subject.config, given, (property) => property in typings.inputs);
  const defaults: Bag = Object.fromEntries(
    Object.entries(dropUndefined(spec.defaults ?? {})).filter(([key]) => prepared[key] === undefined),
  );
  const property = spec.naming?.property ?? 'name';
  const prefix = spec.naming?.prefixProperty ?? `${property}Prefix`;
  const isNamed = getAt(prepared, property) !== undefined || getAt(prepared, prefix) !== undefined;
  if (!spec.naming || isNamed) return finish(defaults);

  const withDefaults = { ...prepared, ...defaults };
  try {
    const fresh = autoname(spec.naming, {
      resourceName: subject.name,
      inputs: revealBag(withDefaults),
      seed: request.seed,
      ...(request.wish && { wish: request.wish }),
    });
    const before = defaultedKeys(request.olds).includes(property) ? getAt(request.olds, property) : undefined;
    const result = finish({ ...defaults, [property]: before ?? fresh });
    if (before === undefined || !willReplace(subject, request.olds, result.inputs)) return result;
    // A replacement is checked again by the engine, without the old inputs, and named anew: the old name is not judged.
    return { ...result, failures: finish({ ...defaults, [property]: fresh }).failures };
  } catch (error) {
    failures.push({ property, reason: error instanceof Error ? error.message : String(error) });
    return { inputs: prepared, failures };
  }

  function finish(added: Bag): { inputs: Bag; failures: CheckFailure[] } {
    const filled = Object.entries(added).reduce((bag, [path, value]) => setAt(bag, path, value), prepared);
    const inputs: Bag = { ...filled, __defaults: Object.keys(added).sort() };
    return { inputs, failures: failures.length > 0 ? failures : checkInputRules(subject, inputs) };
  }
}

function willReplace(subject: Subject, olds: Bag, news: Bag): boolean {
  const { replaceOn = [], unordered = [] } = subject.spec;
  return diffInputs(withoutDefaults(olds), withoutDefaults(news), { replaceOn, unordered, ignore: [] }).some(
    (change) => change.replaces,
  );
}

function warnOfDeprecated(subject: Subject, given: Bag): void {
  for (const key of Object.keys(given)) {
    const deprecated = subject.typings.inputs[key]?.deprecated;
    if (deprecated !== undefined) subject.log('warning', `${subject.name}: ${key} is deprecated: ${deprecated}`);
  }
}

function checkInputRules(subject: Subject, inputs: Bag): CheckFailure[] {
  const situation = buildSituation(subject, inputs);
  const isPartial = hasUnknown(situation.inputs);
  return subject.rules.flatMap((rule) => {
    if (rule.stage !== 'inputs' || !rule.types.includes(subject.spec.token)) return [];
    const verdict = isPartial
      ? checkWhatIsKnown(situation.inputs, (view) => rule.check({ ...situation, inputs: view }))
      : rule.check(situation);
    return findingsOf(rule, verdict).map((reason) => ({ property: '', reason }));
  });
}
