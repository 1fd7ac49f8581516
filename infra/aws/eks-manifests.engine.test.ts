import { stringify } from 'yaml';
import { findManifestProblems, getManifest, render, renderText } from '../chart/testing/render';
import { deployUnderMocks, providerConfig } from '../testing/deploy-under-mocks';
import type { MockedResource } from '../testing/mock-clouds';
import { getResource } from '../testing/resource-graph';

const domain = { aws: { name: 'beer.example.com', zone: 'example.com' } };

// What the target hands to the cluster, by the chart and beside it, checked against the schemas of Kubernetes.
describe.each<[string, object]>([
  ['as it is', {}],
  ['with a domain', { 'taproom:domain': domain }],
  ['on a node group', { 'taproom:settings': { eks: { compute: 'node-group' } } }],
  ['without Redis, with one instance', { 'taproom:cache': 'none', 'taproom:service': { maxInstances: 1 } }],
])('eks %s', (_, settings) => {
  let resources: MockedResource[];
  let values: { networkPolicy: { storePorts: number[] }; autoscaling: { enabled: boolean } };

  beforeAll(async () => {
    const config = { ...providerConfig, 'taproom:targets': ['eks'], ...settings };
    ({ resources } = await deployUnderMocks({ config }));
    values = getResource(resources, 'kubernetes:helm.sh/v3:Release').inputs.values as typeof values;
  });

  test('gives the chart values that it takes, and what comes of them is what Kubernetes takes', async () => {
    expect(await findManifestProblems(await renderText(values))).toBe('');
  });

  test('makes beside the chart what Kubernetes takes', async () => {
    // IngressClassParams are EKS's own, and have no published schema.
    const own = resources.filter(({ type }) => /^kubernetes:(core|networking)/.test(type));
    expect(own.length).toBeGreaterThan(2);
    expect(await findManifestProblems(own.map(({ inputs }) => stringify(inputs)).join('---\n'))).toBe('');
  });

  test("leads its way in to the port of the chart's service", async () => {
    const service = getManifest(await render(values), 'Service');
    const text = JSON.stringify(getResource(resources, 'kubernetes:networking.k8s.io/v1:Ingress').inputs.spec);
    expect(text).toContain(`{"name":"${service.metadata.name}","port":{"name":"http"}}`);
  });
});
