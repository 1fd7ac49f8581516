import { Secret, unknown } from '../protocol/values';
import { diffInputs } from './diff-inputs';

const rules = { replaceOn: ['name', 'network.vpc'], unordered: ['subnets'], ignore: [] };

describe('diffInputs', () => {
  test('finds nothing between equal inputs, whatever is marked secret', () => {
    expect(diffInputs({ a: new Secret('x'), __defaults: ['a'] }, { a: 'x', b: null }, rules)).toEqual([]);
  });

  test('tells added, deleted and changed values by their path', () => {
    const changes = diffInputs({ a: 1, b: { c: [1, 2], 'd.e': 1 } }, { b: { c: [1, 3, 4], 'd.e': 2 }, f: true }, rules);
    expect(changes.map(({ path, kind }) => `${kind} ${path}`)).toEqual([
      'delete a',
      'update b.c[1]',
      'add b.c[2]',
      'update b["d.e"]',
      'add f',
    ]);
  });

  test('replaces where the type says so, at any depth and index', () => {
    const changes = diffInputs(
      { name: 'a', network: [{ vpc: 'a', cost: 1 }] },
      { name: 'a', network: [{ vpc: 'b', cost: 2 }] },
      rules,
    );
    expect(changes).toEqual([
      { path: 'network[0].vpc', kind: 'update', replaces: true },
      { path: 'network[0].cost', kind: 'update', replaces: false },
    ]);
  });

  test('takes a value that is not known yet as a change', () => {
    expect(diffInputs({ name: 'a' }, { name: unknown }, rules)).toEqual([
      { path: 'name', kind: 'update', replaces: true },
    ]);
  });

  test('sees no order where there is none, and nothing that is ignored', () => {
    expect(diffInputs({ subnets: ['a', 'b'] }, { subnets: ['b', 'a'] }, rules)).toEqual([]);
    expect(diffInputs({ tags: { a: '1' } }, { tags: { a: '2' } }, { ...rules, ignore: ['tags'] })).toEqual([]);
  });
});
