import { loadConfig } from '../../config';
import type { Stores as OpenStores } from '../../stores/stores';
import { buildTestApp, type TestApp } from '../build-test-app';
import { openConfiguredStores } from '../test-stores';
import { get, post, type Stores } from './routes';

const writes = {
  '/data': (n: number) => ({ key: `k${n}`, value: 'v' }),
  '/users': (n: number) => ({ name: 'n', email: `e${n}@example.com` }),
  '/beers': (n: number) => ({ name: `b${n}` }),
};

/** Two instances on one database: what one wrote the other shows within a second. Not for the embedded database. */
export function describeInstances(stores: Stores): void {
  describe('a second instance', () => {
    let first: TestApp;
    let second: TestApp;
    let secondStores: OpenStores;
    beforeAll(async () => {
      await stores().reset();
      secondStores = await openConfiguredStores(loadConfig(stores().env));
      first = await buildTestApp({ stores: stores() });
      second = await buildTestApp({ stores: secondStores });
    });
    afterAll(async () => {
      await Promise.all([first.close(), second.close()]);
      await secondStores.close();
    });

    test.each(Object.entries(writes))('shows what was posted to %s within a second', async (path, input) => {
      for (let n = 0; n < 3; n += 1) {
        // Both hold the old list, and readers are under way while it changes.
        await Promise.all([get(first, path), get(second, path)]);
        const readers = Array.from({ length: 10 }, () => get(second, path));
        await post(first, path, input(n));
        const written = performance.now();
        expect((await get(first, path)).json()).toHaveLength(n + 1);
        await Promise.all(readers);
        let seen = (await get(second, path)).json().length;
        while (seen <= n && performance.now() - written < 3_000) {
          await new Promise((resolve) => setTimeout(resolve, 10));
          seen = (await get(second, path)).json().length;
        }
        expect(performance.now() - written).toBeLessThan(1_100);
        expect(seen).toBe(n + 1);
      }
    });

    test('shares reads of users through Redis', async () => {
      const { id } = (await post(first, '/users', { name: 'n', email: 'shared@example.com' })).json();
      const states = [await get(first, `/users/${id}`), await get(second, `/users/${id}`)].map(
        (r) => r.headers['x-cache'],
      );
      expect(states).toEqual(['miss', 'hit']);
    });

    test('and the first insert a key once', async () => {
      const answers = await Promise.all(
        Array.from({ length: 40 }, (_, n) =>
          post(n % 2 === 0 ? first : second, '/data', { key: 'raced', value: String(n) }),
        ),
      );
      const inserted = answers.filter((response) => response.json().message === 'Inserted new record.');
      expect([inserted.length, answers.every(({ statusCode }) => statusCode === 200)]).toEqual([1, true]);
    });

    test('and the first seed once', async () => {
      await stores().reset();
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, n) => post(n % 2 === 0 ? first : second, '/beers/seed')),
      );
      expect(answers.map((response) => response.json().inserted).sort()).toEqual([...Array(19).fill(0), 4]);
    });
  });
}
