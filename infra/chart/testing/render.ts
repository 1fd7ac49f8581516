import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { type ProgramResult, runProgram } from '../../rehearsal/engine/run-program';
import { findHelm, findKubeconform } from '../../rehearsal/helm/find-helm';
import { findKubernetesSchemas, schemaLocation } from '../../rehearsal/helm/kubernetes-schemas';

export const chart = join(__dirname, '..');

/** Without these nothing is rendered. */
export const required = {
  image: { repository: 'registry.example/taproom', digest: `sha256:${'d'.repeat(64)}` },
  existingSecret: 'taproom',
};

export type Manifest = {
  apiVersion: string;
  kind: string;
  metadata: { name: string; labels: Record<string, string>; annotations?: Record<string, string> };
  spec: Record<string, unknown>;
};

/** Runs `helm COMMAND` on the chart with these values; nothing is read from the machine's own Helm settings. */
export async function runHelm(command: readonly string[], values: object): Promise<ProgramResult> {
  const folder = mkdtempSync(join(tmpdir(), 'taproom-chart-'));
  const file = join(folder, 'values.json');
  writeFileSync(file, JSON.stringify(values));
  try {
    const env = { ...process.env, HELM_CONFIG_HOME: folder, HELM_CACHE_HOME: folder, HELM_DATA_HOME: folder };
    return await runProgram(await findHelm(), [...command, '--values', file], { env });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What `helm template` makes of the values, as text. Throws with what Helm says. */
export async function renderText(values: object = {}, flags: readonly string[] = []): Promise<string> {
  const result = await runHelm(['template', 'tap', chart, '--namespace', 'bar', ...flags], { ...required, ...values });
  if (result.code !== 0) throw new Error(result.stderr);
  return result.stdout;
}

export async function render(values: object = {}): Promise<Manifest[]> {
  const documents = parseAllDocuments(await renderText(values));
  return documents.map((document) => document.toJS() as Manifest | null).filter((manifest) => manifest !== null);
}

/** The one manifest of a kind. Throws when there is none, or several. */
export function getManifest(manifests: readonly Manifest[], kind: string): Manifest {
  const [only, another] = manifests.filter((manifest) => manifest.kind === kind);
  if (only === undefined || another !== undefined) throw new Error(`not one ${kind} is rendered`);
  return only;
}

/** Checks manifests against strict schemas of Kubernetes; what is wrong, as kubeconform says it. */
export async function findManifestProblems(text: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'taproom-manifests-'));
  const file = join(folder, 'manifests.yaml');
  writeFileSync(file, text);
  try {
    const schemas = schemaLocation(await findKubernetesSchemas());
    const { code, stdout, stderr } = await runProgram(await findKubeconform(), [
      '-strict',
      '-schema-location',
      schemas,
      file,
    ]);
    return code === 0 ? '' : stdout + stderr;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
