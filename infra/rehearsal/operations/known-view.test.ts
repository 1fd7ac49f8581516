import { unknown } from '../protocol/values';
import { checkWhatIsKnown } from './known-view';

describe('checkWhatIsKnown', () => {
  const inputs = { known: { list: [1, 2] }, later: unknown, nested: { later: [unknown] } };

  test('gives what a check finds in known values', () => {
    expect(checkWhatIsKnown(inputs, (view) => JSON.stringify(view.known))).toBe('{"list":[1,2]}');
    expect(checkWhatIsKnown(inputs, (view) => Object.keys(view))).toEqual(['known', 'later', 'nested']);
  });

  test.each([
    ['reads an unknown value', (view: typeof inputs) => String(view.later)],
    ['reads one deep inside', (view: typeof inputs) => JSON.stringify(view.nested)],
  ])('puts off a check that %s', (_, read) => {
    expect(checkWhatIsKnown(inputs, (view) => read(view as typeof inputs))).toBeUndefined();
  });

  test('puts off a check that catches what it must not', () => {
    const check = (view: { later?: unknown }) => {
      try {
        return String(view.later);
      } catch {
        return 'refused';
      }
    };
    expect(checkWhatIsKnown(inputs, check)).toBeUndefined();
  });

  test('passes on the errors of a check', () => {
    const fail = () => {
      throw new Error('a mistake in the rule');
    };
    expect(() => checkWhatIsKnown(inputs, fail)).toThrow('a mistake in the rule');
  });
});
