import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

let folder: string;

/** A program on PATH that prints `answers` by how its arguments begin, and notes how it was called. */
function install(program: string, answers: Record<string, string>): void {
  const lines = Object.entries(answers).map(([start, text]) => `case "$*" in "${start}"*) echo '${text}';; esac`);
  const file = path.join(folder, program);
  writeFileSync(file, `#!/bin/sh\necho "${program} $*" >> '${path.join(folder, 'calls')}'\n${lines.join('\n')}\n`);
  chmodSync(file, 0o755);
}

function sweep(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const script = path.join(__dirname, 'sweep.ts');
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--import', 'tsx', script, ...args],
      { env: { ...env, PATH: folder } },
      (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    );
  });
}

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sweep-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const gcloud = {
  'run jobs list': '[]',
  'compute networks list': '[{"name":"net","description":"taproom/dev"}]',
  'compute networks subnets list': '[]',
  'compute addresses list': '[]',
};
const config = { 'config get gcp:project': 'my-project-123', 'config get gcp:region': 'us-central1' };

describe('npm run sweep', () => {
  test('removes what a destroyed stack left', async () => {
    install('pulumi', { 'stack export': '{"deployment":{}}', ...config });
    install('gcloud', gcloud);
    const { code, stdout, stderr } = await sweep('dev');
    expect(stderr).toBe('');
    expect(stdout).toBe('removed peering of net\nremoved network net\n');
    expect(code).toBe(0);
    expect(readFileSync(path.join(folder, 'calls'), 'utf8')).toContain('pulumi config get gcp:project --stack dev');
  });

  test('refuses a stack that still has resources', async () => {
    install('pulumi', { 'stack export': '{"deployment":{"resources":[{},{}]}}', ...config });
    install('gcloud', gcloud);
    const { code, stderr } = await sweep('dev');
    expect(stderr).toBe('the stack dev still has resources: run pulumi destroy first\n');
    expect(code).toBe(1);
    expect(readFileSync(path.join(folder, 'calls'), 'utf8')).not.toContain('gcloud');
  });

  test('says which program is missing', async () => {
    install('pulumi', { 'stack export': '{"deployment":{}}', ...config });
    expect(await sweep('dev')).toMatchObject({ code: 1, stderr: 'gcloud must be installed and on PATH\n' });
  });

  test('says how it is used', async () => {
    expect(await sweep()).toMatchObject({ code: 1, stderr: 'usage: npm run sweep -- STACK\n' });
  });
});
