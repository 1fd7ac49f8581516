import { parseQuantity, parseShare } from './quantities';

test.each([
  ['250m', 0.25],
  ['2', 2],
  [1, 1],
  ['0.5', 0.5],
  ['512Mi', 512 * 2 ** 20],
  ['1G', 1e9],
  ['512MiB', undefined],
  ['a lot', undefined],
  ['-1', undefined],
])('parseQuantity reads %s as %s', (text, units) => {
  expect(parseQuantity(text)).toBe(units);
});

test.each([
  [1, 4, 'up', 1],
  ['25%', 2, 'up', 1],
  ['25%', 2, 'down', 0],
  ['100%', 3, 'down', 3],
] as const)('parseShare takes %s of %s, rounded %s, for %s', (share, all, round, count) => {
  expect(parseShare(share, all, round)).toBe(count);
});
