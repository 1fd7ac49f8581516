import { parseMetricMath } from './metric-math';

describe('parseMetricMath', () => {
  test.each<[string, Record<string, number | undefined>, number | undefined]>([
    ['1 + 2 * 3 - 4 / 2', {}, 5],
    ['(1 + 2) * 3', {}, 9],
    ['10 - 3 - 2', {}, 5],
    ['-a + 1', { a: 3 }, -2],
    ['a / b', { a: 1, b: 0 }, undefined],
    ['a + 1', { a: undefined }, undefined],
    ['FILL(a, 0) + 1', { a: undefined }, 1],
    ['IF(r >= 20, 100 * e / r, 0)', { r: 19, e: 19 }, 0],
    ['IF(r >= 20, 100 * e / r, 0)', { r: 20, e: 1 }, 5],
    ['IF(r >= 20, e / r, 0)', { r: 0, e: 0 }, 0],
    ['MAX([a, b])', { a: 1, b: 4 }, 4],
    ['SUM([a, b, 2])', { a: 1, b: undefined }, 3],
    ['MIN([a])', { a: undefined }, undefined],
    ['a > 1 AND b < 2', { a: 2, b: 1 }, 1],
    ['a > 1 || b < 2', { a: 0, b: 3 }, 0],
  ])('computes %s of %j', (text, values, result) => {
    expect(parseMetricMath(text).evaluate(values)).toBe(result);
  });

  test('names the metrics that it reads, once each', () => {
    expect(parseMetricMath('IF(m1 > 0, m2 / m1, 0)').ids).toEqual(['m1', 'm2']);
  });

  test.each(['', 'a +', '(a', 'a b', 'ANOMALY_DETECTION_BAND(a)', 'A + 1', 'a + %'])('refuses %j', (text) => {
    expect(() => parseMetricMath(text)).toThrow(SyntaxError);
  });
});
