import { type Bag, isEqual, revealBag } from '../protocol/values';
import { getAt } from './at-path';
import { type Change, diffInputs } from './diff-inputs';
import { buildSituation, defaultedKeys, type Subject, withoutDefaults } from './operations';

export type DiffRequest = { oldInputs: Bag; oldOutputs: Bag; news: Bag; ignore: readonly string[] };
export type DiffResult = { changes: Change[]; deleteBeforeReplace: boolean };

/** What an update would change: in the inputs, and in what the provider's own configuration adds to the outputs. */
export function diff(subject: Subject, request: DiffRequest): DiffResult {
  const { spec } = subject;
  const changes = diffInputs(withoutDefaults(request.oldInputs), withoutDefaults(request.news), {
    replaceOn: spec.replaceOn ?? [],
    unordered: spec.unordered ?? [],
    ignore: request.ignore,
    notCompared: spec.notCompared ?? [],
  });
  changes.push(...diffShared(subject, request), ...diffObserved(subject, request));
  return {
    changes,
    deleteBeforeReplace: changes.some((change) => change.replaces) && mustDeleteFirst(subject, request),
  };
}

function diffShared(subject: Subject, request: DiffRequest): Change[] {
  const situation = buildSituation(subject, request.news);
  const shared = subject.package.sharedOutputs(subject.config, situation.inputs, situation.place);
  const olds = revealBag(request.oldOutputs);
  return Object.entries(shared).flatMap(([path, value]): Change[] => {
    const isOutput = path in subject.typings.outputs && path in olds;
    if (!isOutput || path in situation.inputs || isEqual(olds[path], value)) return [];
    return [{ path, kind: 'update', replaces: subject.package.identity.includes(path) }];
  });
}

function diffObserved(subject: Subject, request: DiffRequest): Change[] {
  const situation = buildSituation(subject, request.news);
  const olds = revealBag(request.oldOutputs);
  return Object.entries(subject.spec.observed?.(situation) ?? {}).flatMap(([path, value]): Change[] =>
    value === undefined || isEqual(olds[path], value) ? [] : [{ path, kind: 'update', replaces: false }],
  );
}

/** A name that the program fixed cannot exist twice, so the old one goes first; a generated name is a new one. */
function mustDeleteFirst(subject: Subject, { oldInputs, news }: DiffRequest): boolean {
  const { naming, deleteBeforeReplace } = subject.spec;
  if (deleteBeforeReplace || !naming) return deleteBeforeReplace ?? false;
  const property = naming.property ?? 'name';
  return !defaultedKeys(news).includes(property) && isEqual(getAt(oldInputs, property), getAt(news, property));
}
