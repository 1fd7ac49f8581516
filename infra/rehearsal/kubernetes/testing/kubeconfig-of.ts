/** A kubeconfig as programs write it for a cluster of EKS: `aws eks get-token` says who the caller is. */
export function kubeconfigOf({
  server,
  authority,
  name = 'orders',
  region = 'eu-central-1',
}: {
  server: string;
  authority: string;
  name?: string;
  region?: string;
}) {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'eks',
    clusters: [{ name: 'eks', cluster: { server, 'certificate-authority-data': authority } }],
    contexts: [{ name: 'eks', context: { cluster: 'eks', user: 'eks' } }],
    users: [
      {
        name: 'eks',
        user: {
          exec: {
            apiVersion: 'client.authentication.k8s.io/v1beta1',
            command: 'aws',
            args: ['eks', 'get-token', '--cluster-name', name, '--region', region],
          },
        },
      },
    ],
  };
}
