import { parseKubeconfig } from './kubeconfig';
import { kubeconfigOf } from './testing/kubeconfig-of';

const right = kubeconfigOf({ server: 'https://cluster.example.com', authority: 'Q0E=' });

describe('parseKubeconfig', () => {
  test('reads the current context, from JSON and from YAML', () => {
    const expected = {
      server: 'https://cluster.example.com',
      certificateAuthority: 'Q0E=',
      credentials: {
        kind: 'exec',
        command: 'aws',
        args: ['eks', 'get-token', '--cluster-name', 'orders', '--region', 'eu-central-1'],
        env: {},
      },
    };
    expect(parseKubeconfig(JSON.stringify(right))).toEqual(expected);
    const yaml =
      'apiVersion: v1\nkind: Config\ncurrent-context: a\ncontexts: [{name: a, context: {cluster: b, user: c}}]\nclusters: [{name: b, cluster: {server: "https://d"}}]\nusers: [{name: c, user: {token: secret}}]\n';
    expect(parseKubeconfig(yaml)).toEqual({ server: 'https://d', credentials: { kind: 'token', token: 'secret' } });
  });

  test.each([
    ['{', 'no YAML'],
    ['just text', 'no kubeconfig'],
    [JSON.stringify({ ...right, 'current-context': 'other' }), 'context "other" does not exist'],
    [JSON.stringify({ ...right, clusters: [] }), 'cluster "eks" does not exist'],
    [JSON.stringify({ ...right, users: [] }), 'user "eks" does not exist'],
    [
      JSON.stringify({
        ...right,
        users: [
          { name: 'eks', user: { exec: { apiVersion: 'client.authentication.k8s.io/v1alpha1', command: 'aws' } } },
        ],
      }),
      'invalid apiVersion',
    ],
  ])('refuses %s', (text, why) => {
    expect(() => parseKubeconfig(text)).toThrow(why);
  });
});
