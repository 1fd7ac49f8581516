import { fits, parseVersion } from './versions';

describe('fits', () => {
  test.each([
    ['3.248.0', true],
    ['3.300.1', true],
    ['3.247.9', false],
    ['4.0.0', false],
    ['2.248.0', false],
  ])('%s: %s', (text, expected) => {
    const found = parseVersion(`v${text}`);
    expect(found && fits(found, [3, 248, 0])).toBe(expected);
  });
});

test('parseVersion gives undefined for what is no version', () => {
  expect(parseVersion('command not found')).toBeUndefined();
});
