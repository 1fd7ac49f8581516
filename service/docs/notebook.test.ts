import { buildTestApp } from '../testing/build-test-app';
import { openEmbeddedTestStores } from '../testing/test-stores';
import { readNotebook } from './notebook';

describe('docs/api.ipynb', () => {
  const cells = readNotebook();
  const code = cells.filter(({ cell_type }) => cell_type === 'code');

  test('calls every operation of the OpenAPI document, and no other', async () => {
    const stores = await openEmbeddedTestStores();
    const service = await buildTestApp({ stores });
    const { paths } = (await service.app.inject('/openapi.json')).json() as { paths: Record<string, object> };
    await service.close();
    await stores.close();
    const documented = Object.entries(paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const source = code.flatMap((cell) => cell.source).join('');
    const called = [...source.matchAll(/call\("([A-Z]+)", "([^"]+)"/g)].map(([, method, path]) => `${method} ${path}`);
    expect([...new Set(called)].sort()).toEqual(documented.sort());
  });

  test('is kept without what a run has added', () => {
    const ran = code.filter(({ outputs, execution_count }) => outputs?.length !== 0 || execution_count !== null);
    expect(ran).toEqual([]);
  });

  test('explains before it calls', () => {
    expect(cells[0]?.cell_type).toBe('markdown');
    expect(cells.filter(({ cell_type }) => cell_type === 'markdown').length).toBeGreaterThan(8);
    expect(code.slice(2).filter(({ source }) => !source.join('').includes('assert'))).toEqual([]);
  });
});
