import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { findHelm, findKubeconform } from './find-helm';

let folders: string[] = [];

afterEach(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
  folders = [];
});

/** A folder with a program that only says this. */
function folderWith(program: string, says: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'taproom-helm-'));
  folders.push(folder);
  writeFileSync(join(folder, program), `#!/bin/sh\necho '${says}'\n`, { mode: 0o755 });
  return folder;
}

function pathOf(...entries: string[]): NodeJS.ProcessEnv {
  return { ...process.env, PATH: [...entries, process.env.PATH].join(delimiter) };
}

describe('findHelm', () => {
  test('takes the one on PATH', async () => {
    const folder = folderWith('helm', 'v3.18.0');
    expect(await findHelm({ env: pathOf(folder) })).toBe(join(folder, 'helm'));
  });

  test.each(['v4.0.0', 'v3.2.1', 'not a version'])('passes over %s', async (version) => {
    const good = folderWith('helm', 'v3.14.0');
    expect(await findHelm({ env: pathOf(folderWith('helm', version), good) })).toBe(join(good, 'helm'));
  });
});

test('findKubeconform takes any version on PATH', async () => {
  const folder = folderWith('kubeconform', 'development');
  expect(await findKubeconform({ env: pathOf(folder) })).toBe(join(folder, 'kubeconform'));
});

test.each([
  ['helm', 'tool helm.sh/helm/v3/cmd/helm'],
  ['kubeconform', 'tool github.com/yannh/kubeconform/cmd/kubeconform'],
])('the module of %s names what it builds', (folder, line) => {
  expect(readFileSync(join(__dirname, 'go', folder, 'go.mod'), 'utf8')).toContain(line);
});

test('Helm takes the Kubernetes of its client-go for granted', () => {
  const goMod = readFileSync(join(__dirname, 'go/helm/go.mod'), 'utf8');
  const source = readFileSync(join(__dirname, 'find-helm.ts'), 'utf8');
  const minor = goMod.match(/k8s\.io\/client-go v0\.(\d+)/)?.[1];
  expect(source.match(/k8sVersionMinor': '\d+'/g)).toEqual(Array(2).fill(`k8sVersionMinor': '${minor}'`));
});
