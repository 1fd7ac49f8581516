import { parseGraph } from '../graph/graph';
import { gcp } from './gcp';
import { types } from './testing/small-program';

type Node = { type: string; name: string; inputs?: object; dependencies?: string[] };

const urn = ({ type, name }: { type: string; name: string }) => `urn:pulumi:dev::orders::${type}::${name}`;
const network = 'projects/rehearsal-project/global/networks/main';

const api = { type: types.api, name: 'run-api', inputs: { service: 'run.googleapis.com' } };
const peering = { type: types.connection, name: 'peering', inputs: { network } };
const access = {
  type: types.secretMember,
  name: 'access',
  inputs: { secretId: 'projects/rehearsal-project/secrets/api-key', member: 'serviceAccount:orders@example.com' },
};
const service = {
  type: types.service,
  name: 'service',
  inputs: {
    template: {
      serviceAccount: 'orders@example.com',
      containers: [{ envs: [{ name: 'API_KEY', valueSource: { secretKeyRef: { secret: 'api-key', version: '1' } } }] }],
    },
  },
};
const postgres = {
  type: types.sql,
  name: 'postgres',
  inputs: { settings: { ipConfiguration: { privateNetwork: network } } },
};
const cache = {
  type: types.redis,
  name: 'cache',
  inputs: { connectMode: 'PRIVATE_SERVICE_ACCESS', authorizedNetwork: network },
};

/** What the order rules say when the first waits for the second, or does not. */
async function judge(later: Node, earlier: Node, waits: boolean): Promise<string[]> {
  const resources = [earlier, { ...later, dependencies: waits ? [urn(earlier)] : [] }];
  const graph = parseGraph({
    deployment: { resources: resources.map((node) => ({ ...node, urn: urn(node), custom: true })) },
  });
  const findings = await Promise.all(
    gcp.rules.map(async (rule) =>
      rule.stage === 'graph' ? (await rule.check(graph)).map(({ urn }) => `${rule.id} ${urn.split('::').at(-1)}`) : [],
    ),
  );
  return findings.flat();
}

describe('the order of a program', () => {
  test.each([
    ['gcp.run.api-order', service, api],
    ['gcp.run.secret-access-order', service, access],
    ['gcp.sql.peering-order', postgres, peering],
    ['gcp.redis.peering-order', cache, peering],
  ])('%s: one must wait for the other', async (rule, later, earlier) => {
    expect(await judge(later, earlier, false)).toEqual([`${rule} ${later.name}`]);
    expect(await judge(later, earlier, true)).toEqual([]);
  });

  test.each([
    ['gcp.artifactregistry.api-order', types.repository, 'artifactregistry'],
    ['gcp.compute.api-order', types.network, 'compute'],
    ['gcp.iam.api-order', types.account, 'iam'],
    ['gcp.redis.api-order', types.redis, 'redis'],
    ['gcp.run.api-order', types.job, 'run'],
    ['gcp.secretmanager.api-order', types.secret, 'secretmanager'],
    ['gcp.servicenetworking.api-order', types.connection, 'servicenetworking'],
    ['gcp.sql.api-order', types.sql, 'sqladmin'],
  ])('%s: %s waits for its API', async (rule, type, name) => {
    const enabling = { ...api, inputs: { service: `${name}.googleapis.com` } };
    expect(await judge({ type, name: 'thing', inputs: {} }, enabling, false)).toEqual([`${rule} thing`]);
    expect(await judge({ type, name: 'thing', inputs: {} }, enabling, true)).toEqual([]);
  });

  test("another reader's grant is not waited for", async () => {
    const others = { ...access, inputs: { ...access.inputs, member: 'serviceAccount:another@example.com' } };
    expect(await judge(service, others, false)).toEqual([]);
  });
});

describe('every rule', () => {
  test('has an id of its own, a sentence and a source', () => {
    const ids = gcp.rules.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { refuses, source } of gcp.rules) {
      expect(refuses).toMatch(/\.$/);
      expect(source).toMatch(/^https:\/\//);
    }
  });
});
