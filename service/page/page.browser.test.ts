import type { BrowserContextOptions, Locator, Page, Request } from 'playwright-core';
import { DatabaseUnavailableError } from '../stores/database';
import type { Stores } from '../stores/stores';
import { buildTestApp, type TestApp } from '../testing/build-test-app';
import { openEmbeddedTestStores, type TestStores } from '../testing/test-stores';
import { describeInChromium, findAxeViolations, type Visit, visit } from './testing/chromium';

const company = 'Hop & <Barley>';
const apiKey = 'a-key-of-the-browser-tests';
const phone = { viewport: { width: 390, height: 844 }, hasTouch: true };
const smallPhone = { viewport: { width: 320, height: 640 }, hasTouch: true };
const looks: [string, BrowserContextOptions][] = [
  ['light', { colorScheme: 'light' }],
  ['dark', { colorScheme: 'dark' }],
  ['light on a phone', phone],
  ['dark on a small phone', { ...smallPhone, colorScheme: 'dark' }],
];

describeInChromium('the page', (browser) => {
  let stores: TestStores;
  let open: TestApp;
  let guarded: TestApp;
  let failing: TestApp;
  let isDatabaseAway = false;
  let current: Visit | undefined;
  /** What the browser itself reports of the failures that a test is about. */
  let expectedProblems: RegExp[] = [];

  beforeAll(async () => {
    stores = await openEmbeddedTestStores();
    open = await buildTestApp({ stores, env: { COMPANY_NAME: company, SERVICE_VERSION: 'sha256:abc' } });
    guarded = await buildTestApp({ stores, env: { API_KEY: apiKey } });
    failing = await buildTestApp({ stores: failingStores(stores.stores, () => isDatabaseAway) });
  });
  afterAll(async () => {
    for (const app of [open, guarded, failing]) await app?.close();
    await stores?.close();
  });
  beforeEach(async () => {
    await stores.reset();
    isDatabaseAway = false;
    expectedProblems = [];
  });
  afterEach(async () => {
    const problems = current?.problems ?? [];
    await current?.close();
    current = undefined;
    expect(problems.filter((problem) => !expectedProblems.some((expected) => expected.test(problem)))).toEqual([]);
    for (const expected of expectedProblems) expect(problems.some((problem) => expected.test(problem))).toBe(true);
  });

  const show = async (options: BrowserContextOptions & { app?: TestApp } = {}): Promise<Page> => {
    const { app = open, ...context } = options;
    const { url } = await app.listen();
    current = await visit(browser(), url, { reducedMotion: 'reduce', ...context });
    await current.page.locator('[aria-busy]').first().waitFor({ state: 'detached' });
    return current.page;
  };

  describe('what it shows', () => {
    test('the name of the company, three empty lists in words, and links to the API', async () => {
      const page = await show();
      expect(await page.title()).toBe(company);
      expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(company);
      for (const words of ['Nothing is on tap yet', 'Nobody is here yet', 'No records yet']) {
        await page.getByText(words).waitFor();
      }
      expect(await page.getByRole('table').count()).toBe(0);
      expect(await page.getByRole('link', { name: 'API docs' }).getAttribute('href')).toBe('/docs');
      expect(await page.getByRole('link', { name: 'OpenAPI document' }).getAttribute('href')).toBe('/openapi.json');
      expect(await page.getByLabel('API key', { exact: true }).isVisible()).toBe(false);
    });

    test('real tables, with captions and headers', async () => {
      await stores.run(
        "insert into beers (name, style, abv) values ('Yebisu', 'Premium Lager', '5.5%'), ('Plain', null, null)",
      );
      await stores.run("insert into data_record (key, value) values ('colour', 'amber'), ('empty', '')");
      const page = await show();
      const beers = page.getByRole('table', { name: 'Beers' });
      expect(await beers.getByRole('columnheader').allTextContents()).toEqual(['Beer', 'Style', 'ABV']);
      expect(await beers.getByRole('rowheader').allTextContents()).toEqual(['Yebisu', 'Plain']);
      expect(await texts(beers.getByRole('row').nth(1))).toEqual(['Yebisu', 'Premium Lager', '5.5%']);
      expect(await texts(beers.getByRole('row').nth(2))).toEqual(['Plain', '–not given', '–not given']);
      const records = page.getByRole('table', { name: 'Records' });
      expect(await texts(records.getByRole('row').nth(2))).toEqual(['empty', 'empty']);
      expect(await page.locator('#beers-title + .count').textContent()).toBe('2 beers');
    });

    test('what is healthy, and the version', async () => {
      const page = await show();
      await page.getByText('Everything is running.').waitFor();
      expect(await page.locator('#health dd').allTextContents()).toEqual(['ready', 'in this process', 'sha256:abc']);
    });

    test('text from users as text', async () => {
      const attack = '<img src=x onerror="document.title = 1"><script>document.title = 2</script>';
      const page = await show();
      await page.getByLabel('Name').first().fill(attack);
      await page.getByLabel('Style').fill('<b>bold</b>');
      await page.getByRole('button', { name: 'Add the beer' }).click();
      await page.getByText(`Added ${attack}.`).waitFor();
      expect(await texts(page.locator('#beers tbody tr'))).toEqual([attack, '<b>bold</b>', '–not given']);
      await page.reload();
      expect(await page.getByRole('rowheader').first().textContent()).toBe(attack);
      expect(await page.title()).toBe(company);
      expect(await page.locator('main img, main script, main b').count()).toBe(0);
    });
  });

  describe('adding', () => {
    test('a beer, which is then seen and stored', async () => {
      const page = await show();
      await page.getByLabel('Name').first().fill('  Yebisu ');
      await page.getByLabel('Style').fill('Premium Lager');
      await page.getByLabel('Alcohol by volume').fill('5.5%');
      await page.getByRole('button', { name: 'Add the beer' }).click();
      await page.getByText('Added Yebisu.').waitFor();
      expect(await texts(page.locator('#beers tbody tr'))).toEqual(['Yebisu', 'Premium Lager', '5.5%']);
      expect(await page.getByLabel('Name').first().inputValue()).toBe('');
      const { json } = await open.app.inject('/beers');
      expect(json()).toEqual([{ id: 1, name: 'Yebisu', style: 'Premium Lager', abv: '5.5%' }]);
    });

    test('the sample beers, once', async () => {
      const page = await show();
      const seed = page.getByRole('button', { name: 'Seed sample beers' });
      await seed.click();
      await page.getByText('Database seeded with sample beers.').waitFor();
      await page.getByText('4 beers', { exact: true }).waitFor();
      await seed.click();
      await page.getByText('Database already seeded.').waitFor();
      expect(await page.locator('#beers tbody th').allTextContents()).toEqual([
        'Sapporo Premium',
        'Kirin Ichiban',
        'Yebisu',
        'Asahi Super Dry',
      ]);
    });

    test('a user', async () => {
      const page = await show();
      await addUser(page, 'Ada Lovelace', 'ada@example.com');
      await page.getByText('Added Ada Lovelace.').waitFor();
      expect(await texts(page.locator('#users tbody tr'))).toEqual(['Ada Lovelace', 'ada@example.com']);
    });

    test('a record, as it is typed, and its update in the same row', async () => {
      const page = await show();
      await saveRecord(page, ' colour', ' amber ');
      await page.getByText('Inserted new record.').waitFor();
      await saveRecord(page, ' colour', '');
      await page.getByText('Updated existing record.').waitFor();
      expect(await page.locator('#data tbody tr').count()).toBe(1);
      expect((await open.app.inject('/data')).json()).toEqual([{ key: ' colour', value: '' }]);
    });

    test('records in the order in which the service lists them', async () => {
      const page = await show();
      for (const key of ['b', '🍺', 'a', '\uffee', 'ab', 'B', 'é']) {
        await saveRecord(page, key, '1');
        await page.locator('#data tbody th', { hasText: key }).first().waitFor();
      }
      const shown = await page.locator('#data tbody th').allTextContents();
      const listed: { key: string }[] = (await open.app.inject('/data?limit=100')).json();
      expect(shown).toEqual(listed.map(({ key }) => key));
    });
  });

  describe('mistakes', () => {
    test('are told beside the field before anything is sent', async () => {
      const page = await show();
      const sent = recordWrites(page);
      await page.getByRole('button', { name: 'Add the beer' }).click();
      await expectMistake(page.getByLabel('Name').first(), 'Name is needed.');
      await addUser(page, 'Ada', 'ada at example');
      await expectMistake(page.getByLabel('Email'), 'Enter an address such as ada@example.com.');
      await saveRecord(page, '🍺'.repeat(129), '1');
      await expectMistake(page.getByLabel('Key', { exact: true }), 'Key is 129 characters long, and 128 is the most.');
      expect(sent).toEqual([]);
    });

    test('that only the service finds are told beside the field too', async () => {
      expectedProblems = [/409/, /400/];
      await stores.run("insert into users (name, email) values ('Ada', 'ada@example.com')");
      const page = await show();
      await addUser(page, 'Ada', 'ada@example.com');
      await expectMistake(page.getByLabel('Email'), 'Email already exists.');
      await page.getByLabel('Name').first().fill('a\u0000b');
      await page.getByRole('button', { name: 'Add the beer' }).click();
      await expectMistake(page.getByLabel('Name').first(), 'Name does not have the required form.');
    });

    test('go away when the field is changed', async () => {
      const page = await show();
      await page.getByRole('button', { name: 'Add the beer' }).click();
      const name = page.getByLabel('Name').first();
      await expectMistake(name, 'Name is needed.');
      await name.pressSequentially('Y');
      expect(await name.getAttribute('aria-invalid')).toBeNull();
      expect(await page.getByText('Name is needed.').count()).toBe(0);
    });

    test('count characters as the service does', async () => {
      const page = await show();
      await saveRecord(page, '🍺'.repeat(128), '1');
      await page.getByText('Inserted new record.').waitFor();
    });
  });

  describe('the API key', () => {
    test('is asked for before anything is sent, kept for the tab, and sent with what is added', async () => {
      const page = await show({ app: guarded });
      const sent = recordWrites(page);
      const key = page.getByLabel('API key', { exact: true });
      expect(await key.getAttribute('type')).toBe('password');

      await addUser(page, 'Ada', 'ada@example.com');
      await expectMistake(key, 'Enter the API key, then send the form again.');
      expect(sent).toEqual([]);

      await key.fill(apiKey);
      await key.press('Enter');
      await page.getByText('The key is kept for this tab.').waitFor();
      expect(await key.inputValue()).toBe('');
      await page.getByRole('button', { name: 'Add the user' }).click();
      await page.getByText('Added Ada.').waitFor();
      expect(sent.map((request) => request.headers().authorization)).toEqual([`Bearer ${apiKey}`]);

      await page.reload();
      await page.getByText('A key is kept for this tab.').waitFor();
      await page.getByRole('button', { name: 'Seed sample beers' }).click();
      await page.getByText('Database seeded with sample beers.').waitFor();
      expect(page.url()).not.toContain(apiKey);
      expect(await page.content()).not.toContain(apiKey);
      expect(await page.evaluate('localStorage.length + document.cookie.length')).toBe(0);
    });

    test('is taken from its field without a click on its button', async () => {
      const page = await show({ app: guarded });
      await page.getByLabel('API key', { exact: true }).fill(apiKey);
      await addUser(page, 'Ada', 'ada@example.com');
      await page.getByText('Added Ada.').waitFor();
    });

    test('is asked for again when the service refuses it', async () => {
      expectedProblems = [/401/];
      const page = await show({ app: guarded });
      await page.getByLabel('API key', { exact: true }).fill('another-key-of-16-characters');
      await saveRecord(page, 'colour', 'amber');
      await expectMistake(page.getByLabel('API key', { exact: true }), 'The service does not accept this key.');
      expect(await page.getByLabel('Value').inputValue()).toBe('amber');
      expect(await page.evaluate('sessionStorage.length')).toBe(0);
    });

    test('can be forgotten', async () => {
      const page = await show({ app: guarded });
      await page.getByLabel('API key', { exact: true }).fill(apiKey);
      await page.getByRole('button', { name: 'Use this key' }).click();
      await page.getByRole('button', { name: 'Forget it' }).click();
      await page.getByText('The key is forgotten.').waitFor();
      expect(await page.evaluate('sessionStorage.length')).toBe(0);
    });

    test('that no header can carry is refused in words', async () => {
      const page = await show({ app: guarded });
      await page.getByLabel('API key', { exact: true }).fill('schlüssel mit leerzeichen');
      await page.getByRole('button', { name: 'Use this key' }).click();
      await expectMistake(
        page.getByLabel('API key', { exact: true }),
        'A key has only letters from A to Z, digits and signs, and no spaces.',
      );
    });
  });

  describe('long lists', () => {
    beforeEach(() => stores.run("insert into beers (name) select 'Beer ' || n from generate_series(1, 45) n"));

    test('are read by pages, as the reader asks for more', async () => {
      const page = await show();
      const read: string[] = [];
      page.on('request', (request) => void read.push(new URL(request.url()).search));
      const more = page.getByRole('button', { name: 'Show more beers' });
      const rows = page.locator('#beers tbody tr');
      expect(await rows.count()).toBe(20);
      await page.getByText('20 shown, there are more').waitFor();
      await more.press('Enter');
      await page.getByText('40 shown, there are more').waitFor();
      await more.press('Enter');
      await page.getByText('45 beers', { exact: true }).waitFor();
      expect(await rows.locator('th').allTextContents()).toEqual(Array.from({ length: 45 }, (_, n) => `Beer ${n + 1}`));
      expect(await more.isVisible()).toBe(false);
      expect(await focused(page)).toBe('Beer 41');
      expect(read.filter((search) => search !== '')).toEqual(['?limit=20&after=20', '?limit=20&after=40']);
    });

    test('show what is added at once, and once', async () => {
      const page = await show();
      await page.getByLabel('Name').first().fill('The newest');
      await page.getByLabel('Name').first().press('Enter');
      await page.getByText('Added The newest.').waitFor();
      expect(await page.locator('#beers tbody tr').last().textContent()).toContain('The newest');
      const more = page.getByRole('button', { name: 'Show more beers' });
      await more.click();
      await page.getByText('41 shown, there are more').waitFor();
      await more.click();
      await page.getByText('46 beers', { exact: true }).waitFor();
      expect(await page.locator('#beers tbody th').last().textContent()).toBe('The newest');
    });
  });

  describe('failures', () => {
    test('of the database are told in words, and mended when it is back', async () => {
      expectedProblems = [/503/];
      isDatabaseAway = true;
      const page = await show({ app: failing });
      await page.getByText('The database is unavailable: nothing can be read or added just now.').waitFor();
      await page.getByText('The beers could not be read. The database is unavailable, try again later.').waitFor();
      await saveRecord(page, 'colour', 'amber');
      await page.locator('#data [data-part="form-error"]', { hasText: 'The database is unavailable' }).waitFor();
      expect(await page.getByLabel('Value').inputValue()).toBe('amber');

      isDatabaseAway = false;
      await page.getByText('Everything is running.').waitFor();
      await page.getByText('Nothing is on tap yet').waitFor();
      expect(await page.locator('.failure:visible').count()).toBe(0);
    });

    test('to reach the service are told, and reading can be tried again', async () => {
      expectedProblems = [/ERR_FAILED/];
      await stores.run("insert into beers (name) select 'Beer ' || n from generate_series(1, 25) n");
      const page = await show();
      const more = page.getByRole('button', { name: 'Show more beers' });
      await page.route('**/beers**', (route) => route.abort());
      await more.click();
      await page.getByText('The beers could not be read. The service cannot be reached.').waitFor();
      expect(await page.locator('#beers tbody tr').count()).toBe(20);
      await page.getByLabel('Name').first().fill('Yebisu');
      await page.getByLabel('Name').first().press('Enter');
      await page.locator('#beers [data-part="form-error"]', { hasText: 'The service cannot be reached.' }).waitFor();
      await page.unroute('**/beers**');
      await page.getByRole('button', { name: 'Try again' }).click();
      await page.getByText('25 beers', { exact: true }).waitFor();
    });

    test('of a front end, in HTML, are told by their status', async () => {
      expectedProblems = [/502/];
      const page = await show();
      await page.route('**/data', (route) =>
        route.fulfill({ status: 502, contentType: 'text/html', body: '<h1>Bad</h1>' }),
      );
      await saveRecord(page, 'colour', 'amber');
      await page
        .locator('#data [data-part="form-error"]', { hasText: 'The service answered with status 502.' })
        .waitFor();
    });
  });

  describe('with the keyboard alone', () => {
    test('a beer is added, from the top of the page, the focus always visible', async () => {
      const page = await show();
      await page.keyboard.press('Tab');
      expect(await focused(page)).toBe('Skip to the content');
      const name = page.getByLabel('Name').first();
      for (let presses = 0; presses < 30 && !(await hasFocus(name)); presses += 1) {
        await page.keyboard.press('Tab');
        expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
      }
      await page.keyboard.type('Yebisu');
      await page.keyboard.press('Tab');
      await page.keyboard.type('Lager');
      await page.keyboard.press('Enter');
      await page.getByText('Added Yebisu.').waitFor();
      expect(await texts(page.locator('#beers tbody tr'))).toEqual(['Yebisu', 'Lager', '–not given']);
      expect(await hasFocus(name)).toBe(true);
    });

    test('the skip link passes the navigation', async () => {
      const page = await show();
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await page.keyboard.press('Tab');
      expect(await hasFocus(page.getByLabel('Name').first())).toBe(true);
    });
  });

  describe.each(looks)('%s', (_name, options) => {
    const fill = async (page: Page) => {
      await page.getByRole('button', { name: 'Add the beer' }).click();
      await addUser(page, 'Ada', 'no address');
      await saveRecord(page, 'k'.repeat(128), 'v'.repeat(256));
      await page.getByText('Inserted new record.').waitFor();
    };

    test('axe finds nothing: empty, filled, with mistakes, and with a key to give', async () => {
      let page = await show(options);
      expect(await findAxeViolations(page)).toEqual([]);
      await stores.run(
        `insert into beers (name, style, abv) select 'Beer ' || n, null, '5%' from generate_series(1, 25) n;`,
      );
      await stores.run(
        `insert into users (name, email) values ('${'n'.repeat(100)}', '${'e'.repeat(200)}@example.com')`,
      );
      await page.reload();
      await page.getByText('1 user', { exact: true }).waitFor();
      await fill(page);
      expect(await findAxeViolations(page)).toEqual([]);
      await current?.close();
      page = await show({ ...options, app: guarded });
      await page.getByRole('button', { name: 'Use this key' }).click();
      expect(await findAxeViolations(page)).toEqual([]);
    });
  });

  test('axe finds nothing while the database is away, in either scheme', async () => {
    isDatabaseAway = true;
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await show({ app: failing, colorScheme });
      await page.getByText('The database is unavailable: nothing can be read or added just now.').waitFor();
      expect(await findAxeViolations(page)).toEqual([]);
      expect(current?.problems.filter((problem) => !problem.includes('503'))).toEqual([]);
      await current?.close();
      current = undefined;
    }
  });

  test.each([phone, smallPhone])('fits a phone of $viewport.width pixels, whatever it shows', async (options) => {
    const long = 'w'.repeat(200);
    await stores.run(`insert into beers (name, style, abv) values ('${long}', '${long}', '${'9'.repeat(16)}')`);
    await stores.run(`insert into users (name, email) values ('${'n'.repeat(100)}', '${'e'.repeat(200)}@example.com')`);
    await stores.run(`insert into data_record (key, value) values ('${'k'.repeat(128)}', '${'v'.repeat(256)}')`);
    const page = await show({ ...options, app: guarded });
    await page.getByRole('button', { name: 'Use this key' }).click();
    await page.getByRole('button', { name: 'Add the beer' }).click();
    const { width } = options.viewport;
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    const right = `Math.max(...[...document.querySelectorAll('main *')].map((e) => e.getBoundingClientRect().right))`;
    expect(await page.evaluate(right)).toBeLessThanOrEqual(width);
    for (const target of await page.locator('button:visible, input:visible').all()) {
      expect((await target.boundingBox())?.height).toBeGreaterThanOrEqual(44);
    }
  });

  test('is dark where the reader prefers that', async () => {
    const colours = `['body', 'h2', 'fieldset', 'input', 'button', '.masthead'].map((selector) => {
      const { color, backgroundColor } = getComputedStyle(document.querySelector(selector));
      return color + ' on ' + backgroundColor;
    })`;
    const read = async (colorScheme: 'light' | 'dark'): Promise<[string[], number]> => {
      const page = await show({ colorScheme });
      const found = await page.evaluate<string[]>(colours);
      const ground = await page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
      await current?.close();
      return [found, Math.max(...(ground.match(/\d+/g) ?? []).map(Number))];
    };
    const [light, lightGround] = await read('light');
    const [dark, darkGround] = await read('dark');
    for (const [index, colour] of light.entries()) expect(dark[index]).not.toBe(colour);
    expect(lightGround).toBeGreaterThan(230);
    expect(darkGround).toBeLessThan(40);
  });

  test('moves nothing where the reader wants it still', async () => {
    const animation = `getComputedStyle(document.querySelector('.added')).animationName`;
    const page = await show({ reducedMotion: 'reduce' });
    await saveRecord(page, 'colour', 'amber');
    await page.getByText('Inserted new record.').waitFor();
    expect(await page.evaluate(animation)).toBe('none');
    await page.emulateMedia({ reducedMotion: 'no-preference' });
    expect(await page.evaluate(animation)).toBe('arrive');
  });

  test('sends nothing where scripts are off: a form would put the key into the address', async () => {
    const page = await show({ app: guarded, javaScriptEnabled: false });
    for (const button of await page.getByRole('button').all()) expect(await button.isDisabled()).toBe(true);
    expect(await page.getByLabel('API key', { exact: true }).isDisabled()).toBe(true);
  });
});

/** The stores, whose database is away while `isAway` says so. */
function failingStores(stores: Stores, isAway: () => boolean): Stores {
  const { database } = stores;
  const refuse = () => {
    if (isAway()) throw new DatabaseUnavailableError('away', false);
  };
  return {
    ...stores,
    database: {
      ...database,
      query: async (...given) => {
        refuse();
        return database.query(...given);
      },
      probe: async (...given) => {
        refuse();
        return database.probe(...given);
      },
    },
  };
}

async function addUser(page: Page, name: string, email: string): Promise<void> {
  await page.locator('#users').getByLabel('Name').fill(name);
  await page.getByLabel('Email').fill(email);
  await page.getByRole('button', { name: 'Add the user' }).click();
}

async function saveRecord(page: Page, key: string, value: string): Promise<void> {
  await page.getByLabel('Key', { exact: true }).fill(key);
  await page.getByLabel('Value').fill(value);
  await page.getByRole('button', { name: 'Save the record' }).click();
}

function recordWrites(page: Page): Request[] {
  const sent: Request[] = [];
  page.on('request', (request) => {
    if (request.method() === 'POST') sent.push(request);
  });
  return sent;
}

/** The field has the focus, is marked, and its description, which a screen reader tells, has the message. */
async function expectMistake(field: Locator, message: string): Promise<void> {
  await field.and(field.page().locator('[aria-invalid="true"]')).waitFor();
  const described = (await field.getAttribute('aria-describedby')) ?? '';
  const error = field.page().locator(`#${described.split(' ').at(-1)}`);
  expect(await error.textContent()).toBe(message);
  expect(await hasFocus(field)).toBe(true);
}

function texts(row: Locator): Promise<string[]> {
  return row.locator('th, td').allTextContents();
}

async function hasFocus(field: Locator): Promise<boolean> {
  return (await field.getAttribute('id')) === (await field.page().evaluate('document.activeElement.id'));
}

function focused(page: Page): Promise<string> {
  return page.evaluate('document.activeElement.textContent');
}
