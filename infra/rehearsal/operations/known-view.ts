import { type Bag, isBag, Unknown, type Value } from '../protocol/values';

class UnknownTouched extends Error {}

/**
 * Runs a check on inputs of which some are not known yet, as in a preview. The check is written as if all were known: when it
 * reads one that is not, it is put off (undefined) and runs again when the value is there.
 */
export function checkWhatIsKnown<Result>(inputs: Bag, check: (view: Bag) => Result): Result | undefined {
  let touched = false;
  try {
    const result = check(viewBag(inputs));
    // The check may have caught the error itself, as around JSON.parse.
    return touched ? undefined : result;
  } catch (error) {
    if (touched) return undefined;
    throw error;
  }

  function view(value: Value): Value {
    if (value instanceof Unknown) {
      touched = true;
      throw new UnknownTouched();
    }
    if (Array.isArray(value)) return define([], Object.entries(value));
    return isBag(value) ? viewBag(value) : value;
  }

  function viewBag(bag: Bag): Bag {
    return define({}, Object.entries(bag));
  }

  function define<Target extends object>(target: Target, entries: readonly [string, Value][]): Target {
    for (const [key, value] of entries) {
      Object.defineProperty(target, key, { enumerable: true, configurable: true, get: () => view(value) });
    }
    return target;
  }
}
