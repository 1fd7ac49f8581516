import { applySetup, createGcpWorld, project, type Step, testMutations, text } from './testing/setup';

const pool = 'gcp:iam/workloadIdentityPool:WorkloadIdentityPool';
const steps: readonly Step[] = [
  { token: 'gcp:projects/service:Service', name: 'iam-api', inputs: { service: 'iam.googleapis.com' } },
  { token: pool, name: 'pool', inputs: { workloadIdentityPoolId: 'delivery', displayName: 'delivery' } },
  {
    token: 'gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider',
    name: 'github',
    inputs: {
      workloadIdentityPoolId: 'delivery',
      workloadIdentityPoolProviderId: 'github',
      attributeMapping: { 'google.subject': 'assertion.sub' },
      attributeCondition: "assertion.repository_id == '1'",
      oidc: { issuerUri: 'https://token.actions.githubusercontent.com' },
    },
  },
];

describe('the rules of gcp.workload-identity', () => {
  testMutations(steps, [
    { rule: 'gcp.workload-identity.api-enabled', what: 'no API', resource: 'pool', without: ['iam-api'] },
    {
      rule: 'gcp.workload-identity.pool-id',
      what: 'three characters',
      resource: 'pool',
      change: { workloadIdentityPoolId: 'git' },
    },
    {
      rule: 'gcp.workload-identity.provider-id',
      what: "Google's own prefix",
      resource: 'github',
      change: { workloadIdentityPoolProviderId: 'gcp-github' },
    },
    {
      rule: 'gcp.workload-identity.display-name',
      what: '33 characters',
      resource: 'pool',
      change: { displayName: 'd'.repeat(33) },
    },
    { rule: 'gcp.workload-identity.kind', what: 'no kind', resource: 'github', change: { oidc: undefined } },
    {
      rule: 'gcp.workload-identity.kind',
      what: 'plain HTTP',
      resource: 'github',
      change: { 'oidc.issuerUri': 'http://token.actions.githubusercontent.com' },
    },
    {
      rule: 'gcp.workload-identity.mapping',
      what: 'no subject',
      resource: 'github',
      change: { attributeMapping: { 'attribute.actor': 'assertion.actor' } },
    },
    {
      rule: 'gcp.workload-identity.mapping',
      what: 'a name that IAM does not know',
      resource: 'github',
      change: { attributeMapping: { 'google.subject': 'assertion.sub', actor: 'assertion.actor' } },
    },
    {
      rule: 'gcp.workload-identity.condition',
      what: 'GitHub without a condition',
      resource: 'github',
      change: { attributeCondition: undefined },
    },
    {
      rule: 'gcp.workload-identity.condition',
      what: 'a condition that reads nothing',
      resource: 'github',
      change: { attributeCondition: 'true' },
    },
    { rule: 'gcp.workload-identity.pool-missing', what: 'no pool', resource: 'github', without: ['pool'] },
  ]);

  test('gcp.workload-identity.id-kept: an id is free again after thirty days', async () => {
    const world = createGcpWorld();
    const made = await applySetup(world, steps);
    expect(text(made, 'pool')).toBe(`projects/${project}/locations/global/workloadIdentityPools/delivery`);
    expect(text(made, 'pool', 'name')).toMatch(
      /^projects\/\d{12}\/locations\/global\/workloadIdentityPools\/delivery$/,
    );
    await world.destroy('github');
    await world.destroy('pool');
    const again = () => world.apply(pool, 'pool', { workloadIdentityPoolId: 'delivery' });
    await expect(again()).rejects.toThrow('[rule gcp.workload-identity.id-kept:');
    world.cloud.clock.advance({ hours: 30 * 24 + 1 });
    await again();
  });
});
