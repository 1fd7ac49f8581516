import { unknown } from '../protocol/values';
import { getAt, setAt } from './at-path';

describe('a dotted path', () => {
  test('is read at every depth', () => {
    const bag = { name: 'a', metadata: { name: 'b' } };
    expect(getAt(bag, 'name')).toBe('a');
    expect(getAt(bag, 'metadata.name')).toBe('b');
    expect(getAt(bag, 'metadata.name.first')).toBeUndefined();
    expect(getAt(bag, 'spec.name')).toBeUndefined();
  });

  test('is written without a change of the rest', () => {
    const bag = { metadata: { labels: { app: 'a' } } };
    expect(setAt(bag, 'metadata.name', 'b')).toEqual({ metadata: { labels: { app: 'a' }, name: 'b' } });
    expect(setAt({}, 'metadata.name', 'b')).toEqual({ metadata: { name: 'b' } });
    expect(bag).toEqual({ metadata: { labels: { app: 'a' } } });
  });

  test('leaves alone what is not known yet', () => {
    expect(setAt({ metadata: unknown }, 'metadata.name', 'b')).toEqual({ metadata: unknown });
  });
});
