import { buildTestApp, type TestApp } from '../testing/build-test-app';
import { openEmbeddedTestStores, type TestStores } from '../testing/test-stores';
import { describeInChromium, visit } from './testing/chromium';

const company = '</title><b>Hop & Barley</b>';

describeInChromium('GET /docs', (browser) => {
  let stores: TestStores;
  let app: TestApp;
  beforeAll(async () => {
    stores = await openEmbeddedTestStores();
    app = await buildTestApp({ stores, env: { COMPANY_NAME: company } });
  });
  afterAll(async () => {
    await app?.close();
    await stores?.close();
  });

  test('shows every operation under our policy, and tries one', async () => {
    const { url } = await app.listen();
    const document = (await app.app.inject('/openapi.json')).json();
    const operations = Object.values<object>(document.paths).flatMap((path) => Object.keys(path));
    const { page, problems, close } = await visit(browser(), `${url}/docs`);
    await page.locator('.info .title', { hasText: `${company} API` }).waitFor();
    expect(await page.title()).toBe(`${company} API`);
    expect(await page.locator('.opblock').count()).toBe(operations.length);

    const operation = page.locator('.opblock', { has: page.locator('[data-path="/health"]') });
    await operation.locator('.opblock-summary-control').click();
    await operation.getByRole('button', { name: 'Try it out' }).click();
    await operation.getByRole('button', { name: 'Execute' }).click();
    await operation.locator('.live-responses-table').getByText('x-service-version: dev').waitFor();
    expect(problems).toEqual([]);
    await close();
  });
});
