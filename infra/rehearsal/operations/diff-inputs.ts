import { type Bag, isBag, isEqual, reveal, Unknown, type Value } from '../protocol/values';

export type ChangeKind = 'add' | 'delete' | 'update';
export type Change = { path: string; kind: ChangeKind; replaces: boolean };

export type DiffRules = {
  replaceOn: readonly string[] | 'any';
  unordered: readonly string[];
  ignore: readonly string[];
  notCompared?: readonly string[];
};

/** What differs between two sets of inputs, as deep as it can be told, and which differences mean a replacement. */
export function diffInputs(olds: Bag, news: Bag, rules: DiffRules): Change[] {
  const changes: { path: string; kind: ChangeKind }[] = [];
  diffBags(olds, news, '');
  return changes
    .filter(({ path }) => !rules.ignore.some((ignored) => isWithin(path, ignored)))
    .filter(({ path }) => !rules.notCompared?.some((whole) => isWithin(withoutIndices(path), whole)))
    .map((change) => ({ ...change, replaces: replaces(change.path, rules.replaceOn) }));

  function diffBags(a: Bag, b: Bag, at: string): void {
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
      if (key !== '__defaults') diffValues(a[key], b[key], at ? `${at}${step(key)}` : key);
    }
  }

  function diffValues(a: Value | undefined, b: Value | undefined, path: string): void {
    const before = a === undefined || a === null ? undefined : reveal(a);
    const after = b === undefined || b === null ? undefined : reveal(b);
    if (before === undefined && after === undefined) return;
    if (before === undefined) changes.push({ path, kind: 'add' });
    else if (after === undefined) changes.push({ path, kind: 'delete' });
    else if (isBag(before) && isBag(after)) diffBags(before, after, path);
    else if (Array.isArray(before) && Array.isArray(after)) diffLists(before, after, path);
    else if (after instanceof Unknown || !isEqual(before, after)) changes.push({ path, kind: 'update' });
  }

  function diffLists(before: readonly Value[], after: readonly Value[], path: string): void {
    const [a, b] = isUnordered(path) ? [sort(before), sort(after)] : [before, after];
    for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
      diffValues(a[index], b[index], `${path}[${index}]`);
    }
  }

  function isUnordered(path: string): boolean {
    return rules.unordered.includes(withoutIndices(path));
  }
}

/** The engine reads keys with dots or brackets in quotes: tags["a.b"]. */
function step(key: string): string {
  return /^[\w-]+$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

function replaces(path: string, replaceOn: readonly string[] | 'any'): boolean {
  return replaceOn === 'any' || replaceOn.some((wanted) => isWithin(withoutIndices(path), wanted));
}

function isWithin(path: string, whole: string): boolean {
  return path === whole || path.startsWith(`${whole}.`) || path.startsWith(`${whole}[`);
}

function withoutIndices(path: string): string {
  return path.replace(/\[\d+\]/g, '');
}

function sort(list: readonly Value[]): Value[] {
  return [...list].sort((a, b) => textOf(a).localeCompare(textOf(b)));
}

function textOf(value: Value): string {
  return JSON.stringify(reveal(value)) ?? '';
}
