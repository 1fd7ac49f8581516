import { judge } from './judge';
import { rules } from './rules';
import { deliveryCases } from './testing/cases/delivery';
import { exposureCases } from './testing/cases/exposure';
import { permissionCases } from './testing/cases/permissions';
import { storeCases } from './testing/cases/stores';
import { upkeepCases } from './testing/cases/upkeep';
import type { StackCase } from './testing/stack-case';

const cases = { ...storeCases, ...permissionCases, ...exposureCases, ...deliveryCases, ...upkeepCases };

function judgeBy(id: string, { resources, isProtected = false }: StackCase) {
  return judge(
    { resources, isProtected },
    rules.filter((rule) => rule.id === id),
  );
}

describe('the rules', () => {
  test('have each a name of their own, and cases', () => {
    const ids = rules.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(Object.keys(cases).sort()).toEqual([...ids].sort());
  });

  test.each(rules.map((rule): [string, (typeof rules)[number]] => [rule.id, rule]))(
    '%s says what is forbidden, and why',
    (id, { forbids, source, types }) => {
      expect(id).toMatch(/^[a-z]+(-[a-z]+)+$/);
      expect(forbids).toMatch(/^[A-Z].*[^.]\.$/s);
      expect(source).toMatch(/^https:\/\//);
      expect(types.length).toBeGreaterThan(0);
    },
  );

  describe.each(Object.entries(cases))('%s', (id, { fails, passes }) => {
    test('finds each mistake, and says where it is', async () => {
      expect(fails.length).toBeGreaterThan(0);
      for (const stack of fails) {
        const found = await judgeBy(id, stack);
        expect({ stack, found: found.map(({ message }) => message) }).toEqual({ stack, found: [expect.any(String)] });
        const [resource] = stack.resources;
        expect(found[0]?.message).toContain(`${resource?.type} ${resource?.name}: `);
        expect(found[0]?.message).toMatch(new RegExp(` must .+ \\[policy ${id}: `));
        expect(found[0]?.message).not.toContain('hunter2');
      }
    });

    test('lets pass what is right', async () => {
      expect(passes.length).toBeGreaterThan(0);
      for (const stack of passes) expect(await judgeBy(id, stack)).toEqual([]);
    });
  });
});
