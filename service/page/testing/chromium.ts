import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { source as axeSource } from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const programs = ['chromium', 'chromium-browser', 'google-chrome'];
const launchArguments = [
  // Chromium's sandbox needs a user who is not root; the pages are our own.
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/** Tests in a real Chromium: skipped by name where there is none, except in CI, where they fail. */
export function describeInChromium(name: string, define: (browser: () => Browser) => void): void {
  const executablePath = findChromium();
  if (executablePath === undefined && process.env.CI) {
    test(`${name} in Chromium`, () => {
      throw new Error(`none of ${programs.join(', ')} is on PATH, and in CI the browser tests must run`);
    });
    return;
  }
  const suite = executablePath === undefined ? describe.skip : describe;
  suite(executablePath === undefined ? `${name} (no Chromium on PATH)` : name, () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await chromium.launch({ executablePath, args: launchArguments });
    });
    afterAll(() => browser?.close());
    define(() => browser);
  });
}

function findChromium(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return programs.flatMap((program) => folders.map((folder) => join(folder, program))).find((path) => existsSync(path));
}

/** An open page, and what went wrong in it: console errors and warnings, exceptions, and violations of its policy. */
export type Visit = { page: Page; problems: string[]; close: () => Promise<void> };

export async function visit(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Visit> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) problems.push(message.text());
  });
  page.on('pageerror', (error) => void problems.push(error.message));
  await page.addInitScript(`document.addEventListener('securitypolicyviolation', (event) => {
    console.error('policy violated: ' + event.violatedDirective + ' ' + event.blockedURI);
  });`);
  await page.goto(url);
  return { page, problems, close: () => context.close() };
}

/** What axe finds on the page as it is now: the rule, and the elements that break it. */
export async function findAxeViolations(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  return page.evaluate(`axe.run(document).then(({ violations }) => violations.map((violation) =>
    violation.id + ': ' + violation.nodes.map((node) => node.target.join(' ')).join(', ')))`);
}
