import fc from 'fast-check';
import { createSeed } from '../cloud/seed';
import { createWorld } from '../testing/world';
import { drawText, random } from './random';

const password = 'random:index/randomPassword:RandomPassword';

describe('drawText', () => {
  test('has the length asked for and its minimums of each kind', () => {
    const recipe = fc.record({
      length: fc.integer({ min: 8, max: 64 }),
      minLower: fc.nat(2),
      minUpper: fc.nat(2),
      minNumeric: fc.nat(2),
      minSpecial: fc.nat(2),
    });
    fc.assert(
      fc.property(recipe, fc.string(), (wanted, text) => {
        const drawn = drawText(wanted, createSeed(text));
        const count = (pattern: RegExp) => drawn.match(pattern)?.length ?? 0;
        expect(drawn).toHaveLength(wanted.length);
        expect(count(/[a-z]/g)).toBeGreaterThanOrEqual(wanted.minLower);
        expect(count(/[A-Z]/g)).toBeGreaterThanOrEqual(wanted.minUpper);
        expect(count(/\d/g)).toBeGreaterThanOrEqual(wanted.minNumeric);
        expect(count(/[^a-zA-Z\d]/g)).toBeGreaterThanOrEqual(wanted.minSpecial);
      }),
    );
  });

  test('takes only what is allowed', () => {
    expect(drawText({ length: 50, special: false, upper: false }, createSeed('a'))).toMatch(/^[a-z0-9]{50}$/);
    expect(
      drawText({ length: 50, lower: false, upper: false, numeric: false, overrideSpecial: '-_' }, createSeed('a')),
    ).toMatch(/^[-_]{50}$/);
  });
});

describe('random.RandomPassword', () => {
  test('gives each resource another password', async () => {
    const world = createWorld({ packages: [random] });
    const one = await world.apply(password, 'one', { length: 20 });
    const two = await world.apply(password, 'two', { length: 20 });
    expect(one.result).not.toBe(two.result);
  });

  test('random.length-holds-minimums refuses a length below its minimums', () => {
    const findings = createWorld({ packages: [random] }).preview(password, 'one', {
      length: 3,
      minLower: 2,
      minUpper: 2,
    });
    expect(findings.join('\n')).toContain('[rule random.length-holds-minimums:');
  });
});
