import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, parseAllDocuments, stringify } from 'yaml';
import type { Cloud } from '../cloud/cloud';
import { resolvePath } from '../cloud/program-folder';
import { runProgram } from '../engine/run-program';
import { findHelm } from '../helm/find-helm';
import { type Bag, isBag, type Value } from '../protocol/values';
import type { ClusterHost, Connection } from './cluster';
import { type KubeObject, parseObject } from './objects';

/** What Helm makes of a chart and its values. */
export type Rendered = {
  objects: readonly KubeObject[];
  hooks: readonly Hook[];
  chart: ChartFile;
};

export type Hook = {
  object: KubeObject;
  /** pre-install, post-upgrade, test... */
  events: readonly string[];
  weight: number;
  deletePolicies: readonly string[];
};

export type ChartFile = { name: string; version: string; appVersion: string };

/** For the rules and the release of one operation, which are all given the same inputs. */
const renders = new WeakMap<Bag, Promise<Rendered | { why: string }>>();

/** The chart's own Chart.yaml; or why there is none. A chart from a repository is not simulated: a rehearsal has no internet. */
export function readChart(cloud: Cloud, inputs: Bag): ChartFile | { why: string } {
  const { chart, repositoryOpts } = inputs;
  if (typeof chart !== 'string') return { why: 'chart must be set' };
  const repo = isBag(repositoryOpts) ? repositoryOpts.repo : undefined;
  if (repo !== undefined || /^(oci|https?):/.test(chart)) {
    return { why: `not simulated: the chart ${chart} of a repository (chart): a rehearsal has no internet` };
  }
  if (inputs.valueYamlFiles !== undefined) return { why: 'not simulated: files of values (valueYamlFiles)' };
  const file = join(resolvePath(cloud, chart), 'Chart.yaml');
  if (!existsSync(file)) return { why: `path "${chart}" not found: it has no Chart.yaml (chart)` };
  const parsed: unknown = parse(readFileSync(file, 'utf8'));
  const { name, version, appVersion } = (parsed ?? {}) as Record<string, unknown>;
  return { name: String(name), version: String(version), appVersion: String(appVersion ?? '') };
}

/** Runs the real `helm template` on the chart with the release's values; what it refuses is told in Helm's words. */
export async function renderRelease(
  cloud: Cloud,
  inputs: Bag,
  { host, namespace: defaultNamespace }: Connection,
): Promise<Rendered | { why: string }> {
  const chart = readChart(cloud, inputs);
  if ('why' in chart) return chart;
  const render = renders.get(inputs) ?? runHelm(cloud, inputs, { chart, defaultNamespace, host });
  renders.set(inputs, render);
  return render;
}

async function runHelm(
  cloud: Cloud,
  inputs: Bag,
  { chart, defaultNamespace, host }: { chart: ChartFile; defaultNamespace: string; host: ClusterHost },
): Promise<Rendered | { why: string }> {
  const namespace = namespaceOf(inputs, defaultNamespace);
  const folder = await mkdtemp(join(tmpdir(), 'rehearsal-helm-'));
  try {
    const values = join(folder, 'values.yaml');
    await writeFile(values, stringify(withoutNulls(inputs.values ?? {}, inputs.allowNullValues === true)), {
      mode: 0o600,
    });
    const { code, stdout, stderr } = await runProgram(await findHelm(), [
      'template',
      String(inputs.name),
      resolvePath(cloud, String(inputs.chart)),
      ...['--namespace', namespace, '--values', values],
      // What the chart sees of the cluster: Capabilities.
      ...['--kube-version', host.version],
      ...host.addedApis().flatMap((api) => ['--api-versions', api]),
      ...(inputs.skipCrds === true ? [] : ['--include-crds']),
    ]);
    if (code !== 0) return { why: stderr.replace(/^Error: /gm, '').trim() };
    return { ...sortDocuments(stdout, namespace), chart };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export function namespaceOf({ namespace }: Bag, defaultNamespace: string): string {
  return typeof namespace === 'string' && namespace !== '' ? namespace : defaultNamespace;
}

/** Pulumi leaves out what is null, unless it is told otherwise. */
function withoutNulls(value: Value, keep: boolean): Value {
  if (keep) return value;
  if (Array.isArray(value)) return value.map((item: Value) => withoutNulls(item, keep));
  if (!isBag(value)) return value;
  const given = Object.entries(value).filter(([, item]) => item !== null);
  return Object.fromEntries(given.map(([key, item]) => [key, withoutNulls(item, keep)]));
}

function sortDocuments(text: string, namespace: string): { objects: KubeObject[]; hooks: Hook[] } {
  const all = parseAllDocuments(text)
    .map((document) => document.toJS() as Bag | null)
    .filter((manifest) => manifest !== null)
    .map((manifest) => parseObject(manifest, namespace));
  const isHook = (object: KubeObject) => object.metadata.annotations?.['helm.sh/hook'] !== undefined;
  const hooks = all.filter(isHook).map((object): Hook => {
    const annotations = object.metadata.annotations ?? {};
    return {
      object,
      events: split(annotations['helm.sh/hook']),
      weight: Number(annotations['helm.sh/hook-weight'] ?? 0),
      // Source: https://helm.sh/docs/topics/charts_hooks/#hook-deletion-policies
      deletePolicies: split(annotations['helm.sh/hook-delete-policy'] ?? 'before-hook-creation'),
    };
  });
  return { objects: all.filter((object) => !isHook(object)), hooks };
}

function split(list: string | undefined): string[] {
  return (list ?? '').split(',').map((item) => item.trim());
}
