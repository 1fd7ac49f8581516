import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rehearse, startRehearsal, stopRehearsals } from './testing/rehearse';

jest.setTimeout(900_000);

afterAll(stopRehearsals);

describe('npm run rehearse -- dev', () => {
  test('passes, tells what it saw, and leaves nothing', async () => {
    const { code, text, leftovers } = await rehearse(['dev', '--all']);
    expect(text).not.toMatch(/✘/);
    for (const told of [
      /made up gcp:project: rehearsal-project/,
      /app-runner {2}https:\/\/127\.0\.0\.1:\d+ {2}(\d+) of \1 checks/,
      /cloud-run {2}https:\/\/127\.0\.0\.1:\d+ {2}(\d+) of \1 checks/,
      /every registry and engine has the image, under the one digest/,
      /a new release under load: no request fails/,
      /app-runner: \d+ rounds of requests, 0 failed, 2 releases answered/,
      /logged: .*no_such_table/,
      /the release before goes on answering: app-runner, cloud-run/,
      /two hours later, nothing at all is left/,
      /Checked\n {4}resources +\d+/,
      /What only a real run can show/,
      /The rehearsal of dev passed in \d+ s\./,
    ]) {
      expect(text).toMatch(told);
    }
    expect({ code, leftovers }).toEqual({ code: 0, leftovers: [] });
  });

  test('ends in order at Ctrl-C', async () => {
    const command = startRehearsal(['dev']);
    await command.sees(/pulumi preview/);
    command.process.kill('SIGINT');
    expect(await command.ended).toBe(1);
    expect(command.text()).toMatch(/interrupted: cleaning up/);
    expect(command.text()).toMatch(/did not pass: it was interrupted/);
    expect(command.leftovers()).toEqual([]);
  });

  test('leaves nothing when it is killed while services run, and can run again', async () => {
    const command = startRehearsal(['dev', '--keep']);
    await command.sees(/It goes on running until Ctrl-C/);
    expect(command.leftovers()).not.toEqual([]);
    command.process.kill('SIGKILL');
    await command.ended;
    await command.isGone();
    expect(command.leftovers()).toEqual([]);
    expect(await rehearse(['dev', '--shell'], { input: 'pulumi stack ls\n' })).toMatchObject({
      code: 0,
      leftovers: [],
    });
  });

  test('gives a shell in which what users type works', async () => {
    const input = [
      'pulumi preview | grep "to create"',
      'pulumi up | grep created',
      'url=$(pulumi stack output app_url)',
      'curl --silent --show-error "$url/ready"; echo',
      'key=$(pulumi stack output api_key --show-secrets)',
      'curl --silent --header "Authorization: Bearer $key" --json \'{"key":"a","value":"b"}\' "$url/data" || ' +
        'curl --silent --header "Authorization: Bearer $key" --header "Content-Type: application/json" --data \'{"key":"a","value":"b"}\' "$url/data"; echo',
      'pulumi config set companyName Brewers && pulumi preview | grep "to update"',
      'PULUMI_CONFIG_PASSPHRASE=wrong pulumi up; echo "wrong passphrase: code $?"',
      "pulumi config set --path 'targets[0]' nowhere && pulumi preview | grep 'must be one of'",
      "pulumi config set --path 'targets[0]' app-runner",
      'pulumi destroy | grep deleted',
      'pulumi stack | grep "resources"',
    ].join('\n');
    const { code, text, leftovers } = await rehearse(['dev', '--shell'], { input: `${input}\n` });
    for (const told of [
      /\+ \d+ to create/,
      /\+ \d+ created/,
      /{"status":"ready","checks":{"database":"ok","cache":"ok"}}/,
      /"message":"Inserted new record\."/,
      /~ \d+ to update/,
      /incorrect passphrase/,
      /wrong passphrase: code [1-9]/,
      /targets\[0\] must be one of app-runner/,
      /- \d+ deleted/,
    ]) {
      expect(text).toMatch(told);
    }
    expect({ code, leftovers }).toEqual({ code: 0, leftovers: [] });
  });

  test('shows a fault being found', async () => {
    const { code, text, leftovers } = await rehearse(['dev', '--fault', 'database-edition', '--json']);
    expect(text).toContain('fault: the edition of Cloud SQL');
    expect(text).toMatch(/"passed": false/);
    expect(text).toContain('rule gcp.sql.edition');
    expect({ code, leftovers }).toEqual({ code: 1, leftovers: [] });
  });
});

describe('a misfortune while it runs', () => {
  test.each([
    ['drift', /error: no changes were expected[^\n]*\n[^\n]*\[diff: ~(tags|labels)/],
    ['database-away', /GET \/ready reaches the database and the cache/],
  ])('%s is seen and told', async (fault, told) => {
    const { code, text, leftovers } = await rehearse(['dev', '--fault', fault]);
    expect(text).toMatch(told);
    expect({ code, leftovers }).toEqual({ code: 1, leftovers: [] });
  });
});

describe('bad input is one clear message, and code 1', () => {
  test.each([
    [['dev', '--nonsense'], "Unknown option '--nonsense'"],
    [['staging'], 'there is no stack staging: choose one of dev, '],
    [['dev', '--fault', 'rain'], 'there is no fault rain: choose one of'],
    [['dev', 'prod'], 'one stack at a time'],
  ])('%j', async (args, message) => {
    const { code, text, leftovers } = await rehearse(args);
    expect(text).toContain(message);
    expect(text).not.toMatch(/\n\s+at /);
    expect({ code, leftovers }).toEqual({ code: 1, leftovers: [] });
  });

  test('outside of a project', async () => {
    const { code, text } = await rehearse(['dev'], { cwd: tmpdir() });
    expect({ code, text }).toEqual({ code: 1, text: 'no Pulumi.yaml at or above this folder\n' });
  });

  test('without the Pulumi CLI, Go, or a way to download', async () => {
    const bare = mkdtempSync(join(tmpdir(), 'bare-'));
    symlinkSync(process.execPath, join(bare, 'node'));
    const { code, text, leftovers } = await rehearse(['dev'], {
      env: { PATH: bare, HOME: bare, XDG_CACHE_HOME: bare, npm_config_user_agent: '' },
    });
    rmSync(bare, { recursive: true });
    expect(text).toContain('No Pulumi CLI');
    expect(text).toContain('https://www.pulumi.com/docs/iac/download-install/');
    expect({ code, leftovers }).toEqual({ code: 1, leftovers: [] });
  });
});
