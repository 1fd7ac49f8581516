import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { digestA, digestB } from '../aws/testing/app-runner-setup';
import type { FakeAnswers } from '../aws/testing/fake-runtime';
import { text } from '../aws/testing/setup';
import { setProgramFolder } from '../cloud/program-folder';
import { parseGraph } from '../graph/graph';
import type { Bag } from '../protocol/values';
import { releaseRules } from './release-rules';
import { type ClusterWorld, createClusterWorld } from './testing/cluster-world';
import { ordersApp } from './testing/orders-app';

/** A chart out of the app, with its image as a value that has a schema. */
const folder = mkdtempSync(join(tmpdir(), 'rehearsal-chart-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Files = Readonly<Record<string, string>>;

function writeChart(cluster: ClusterWorld, extra: Files = {}, version = '0.1.0'): string {
  const chart = mkdtempSync(join(folder, 'chart-'));
  mkdirSync(join(chart, 'templates'));
  const app = ordersApp({ image: '{{ .Values.image }}', secretArn: text(cluster.made, 'secret', 'arn') });
  const manifests = app.map(([token, , inputs]) => {
    const [, api = '', kind = ''] = token.split(':');
    return { apiVersion: api.replace(/^core\//, ''), kind, ...inputs };
  });
  writeFileSync(join(chart, 'Chart.yaml'), stringify({ apiVersion: 'v2', name: 'orders', version }));
  writeFileSync(
    join(chart, 'values.schema.json'),
    JSON.stringify({
      type: 'object',
      required: ['image'],
      properties: { image: { type: 'string', pattern: '@sha256:' } },
    }),
  );
  writeFileSync(join(chart, 'templates', 'app.yaml'), manifests.map((manifest) => stringify(manifest)).join('---\n'));
  for (const [name, content] of Object.entries(extra)) writeFileSync(join(chart, 'templates', name), content);
  setProgramFolder(cluster.world.cloud, folder);
  return chart.slice(folder.length + 1);
}

function install(cluster: ClusterWorld, chart: string, inputs: Bag = {}): Promise<Bag> {
  const values = { image: cluster.image(digestA) };
  const release = { name: 'orders', chart, namespace: 'default', atomic: true, values, ...inputs };
  return cluster.world.apply('kubernetes:helm.sh/v3:Release', 'release', release);
}

const digestsOf = ({ runtime }: ClusterWorld) => [...runtime.backends.values()].flat().map(({ digest }) => digest);
const onlyFirst: FakeAnswers = { healthy: ({ digest }) => digest === digestA };

describe('a release of a chart', () => {
  test('runs what the real helm renders, and takes it away', async () => {
    const cluster = await createClusterWorld();
    const outputs = await install(cluster, writeChart(cluster));
    expect(outputs.status).toMatchObject({ status: 'deployed', revision: 1, version: '0.1.0' });
    expect(outputs.resourceNames).toMatchObject({ 'Deployment.apps/apps/v1': ['default/orders'] });
    expect(digestsOf(cluster)).toEqual([digestA, digestA]);
    await cluster.world.destroy('release');
    expect(cluster.runtime.running().filter((name) => name.startsWith('orders-'))).toEqual([]);
    expect(cluster.world.cloud.list({ token: 'aws:lb/loadBalancer:LoadBalancer' })).toEqual([]);
  });

  test('changes to a new version, and back when that does not get ready', async () => {
    const cluster = await createClusterWorld({ answers: onlyFirst });
    const chart = writeChart(cluster);
    await install(cluster, chart);
    await expect(install(cluster, chart, { values: { image: cluster.image(digestB) } })).rejects.toThrow(
      'release orders failed, and has been rolled back due to atomic being set: context deadline exceeded',
    );
    expect(digestsOf(cluster)).toEqual([digestA, digestA]);
    expect((await install(cluster, chart)).status).toMatchObject({ status: 'deployed', revision: 2 });
  });

  test('leaves nothing of a first version that does not get ready', async () => {
    const cluster = await createClusterWorld({ answers: { healthy: () => false } });
    await expect(install(cluster, writeChart(cluster))).rejects.toThrow('has been uninstalled due to atomic being set');
    expect(digestsOf(cluster)).toEqual([]);
  });

  test('is half there without the roll-back', async () => {
    const cluster = await createClusterWorld({ answers: { healthy: () => false } });
    await expect(install(cluster, writeChart(cluster), { atomic: false })).rejects.toThrow(
      'was created, but failed to initialize completely',
    );
  });
});

describe('what a release is refused for', () => {
  const manifest = (object: Bag) => stringify(object);
  const ingressOf = (ingressClassName: string) =>
    manifest({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name: 'second' },
      spec: { ingressClassName, defaultBackend: { service: { name: 'orders', port: { number: 80 } } } },
    });

  test.each<[string, string, Bag, Files]>([
    ['kubernetes.release.values', 'a value that the schema refuses', { values: { image: 'orders:latest' } }, {}],
    ['kubernetes.release.values', 'a template that fails', {}, { 'fail.yaml': '{{ fail "no" }}' }],
    ['kubernetes.release.chart', 'a chart that is not there', { chart: 'elsewhere' }, {}],
    ['kubernetes.release.name', 'a long name', { name: 'a'.repeat(54) }, {}],
    ['kubernetes.release.moved-chart', 'an absolute path', { chart: folder }, {}],
    [
      'kubernetes.object.shape',
      'a misspelt field',
      {},
      { 'more.yaml': manifest({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'more' }, datas: { a: 'b' } }) },
    ],
    [
      'kubernetes.object.kind',
      'a kind that nothing has installed',
      {},
      {
        'more.yaml': manifest({
          apiVersion: 'monitoring.coreos.com/v1',
          kind: 'ServiceMonitor',
          metadata: { name: 'more' },
        }),
      },
    ],
    ['kubernetes.ingress.class', 'an ingress that nobody takes', {}, { 'ingress.yaml': ingressOf('nginx') }],
    [
      'kubernetes.object.plain-secret',
      'a secret in the values',
      {},
      {
        'secret.yaml': manifest({
          apiVersion: 'v1',
          kind: 'Secret',
          metadata: { name: 'plain' },
          stringData: { KEY: 'hush' },
        }),
      },
    ],
  ])('%s refuses %s', async (rule, _what, inputs, files) => {
    const cluster = await createClusterWorld();
    await expect(install(cluster, writeChart(cluster, files), inputs)).rejects.toThrow(`[rule ${rule}:`);
  });

  test('kubernetes.object.stranger keeps what is not its own', async () => {
    const cluster = await createClusterWorld();
    await cluster.world.apply('kubernetes:core/v1:ServiceAccount', 'account', { metadata: { name: 'orders' } });
    await expect(install(cluster, writeChart(cluster))).rejects.toThrow('[rule kubernetes.object.stranger:');
  });

  test('a namespace that is not there is made only when that is wanted', async () => {
    const cluster = await createClusterWorld();
    const chart = writeChart(cluster);
    await expect(install(cluster, chart, { namespace: 'shop' })).rejects.toThrow('[rule kubernetes.object.namespace:');
  });

  test('kubernetes.release.half-failed finds a release without roll-back', async () => {
    const rule = releaseRules.find(({ id }) => id === 'kubernetes.release.half-failed');
    const type = 'kubernetes:helm.sh/v3:Release';
    const resources = [{ urn: `urn:pulumi:a::b::${type}::r`, type, custom: true, inputs: {}, outputs: {} }];
    if (rule?.stage !== 'graph') throw new Error('no such rule');
    expect(await rule.check(parseGraph({ deployment: { resources } }))).toHaveLength(1);
  });
});

describe('a hook', () => {
  const job = (events: string) =>
    stringify({
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'migration', annotations: { 'helm.sh/hook': events } },
      spec: {
        backoffLimit: 0,
        activeDeadlineSeconds: 1,
        template: {
          spec: {
            restartPolicy: 'Never',
            containers: [{ name: 'migrate', image: '{{ .Values.image }}', args: ['migrate'] }],
          },
        },
      },
    });

  test('runs before the release, and keeps it back when it fails', async () => {
    const cluster = await createClusterWorld();
    await expect(install(cluster, writeChart(cluster, { 'job.yaml': job('pre-install') }))).rejects.toThrow(
      'pre-install hooks failed: 1 error occurred: * job migration failed: BackoffLimitExceeded: DeadlineExceeded',
    );
    expect(cluster.runtime.started.containers.map(({ command }) => command)).toEqual([['migrate']]);
  });

  test('of a test is not run by an installation', async () => {
    const cluster = await createClusterWorld();
    await install(cluster, writeChart(cluster, { 'job.yaml': job('test') }));
    expect(cluster.runtime.started.containers.map(({ command }) => command)).not.toContainEqual(['migrate']);
  });
});
