import type { Bag } from '../../protocol/values';

const labels = { app: 'orders' };

/** A service with all that stands around it, as resources of Pulumi, by name and in their order. */
export function ordersApp({ image, secretArn }: { image: string; secretArn: string }): [string, string, Bag][] {
  const meta = { name: 'orders', labels };
  const probe = { httpGet: { path: '/health', port: 'http' } };
  return [
    ['kubernetes:core/v1:ServiceAccount', 'account', { metadata: meta }],
    [
      'kubernetes:secrets-store.csi.x-k8s.io/v1:SecretProviderClass',
      'class',
      {
        apiVersion: 'secrets-store.csi.x-k8s.io/v1',
        kind: 'SecretProviderClass',
        metadata: meta,
        spec: {
          provider: 'aws',
          parameters: {
            usePodIdentity: 'true',
            objects: `- objectName: ${secretArn}\n  jmesPath:\n    - path: PASSWORD\n      objectAlias: PASSWORD\n`,
          },
          secretObjects: [
            { secretName: 'orders', type: 'Opaque', data: [{ objectName: 'PASSWORD', key: 'PASSWORD' }] },
          ],
        },
      },
    ],
    [
      'kubernetes:apps/v1:Deployment',
      'deployment',
      {
        metadata: meta,
        spec: {
          replicas: 2,
          selector: { matchLabels: labels },
          strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
          template: {
            metadata: { labels },
            spec: {
              serviceAccountName: 'orders',
              securityContext: { runAsNonRoot: true, runAsUser: 10_001 },
              containers: [
                {
                  name: 'server',
                  image,
                  args: ['server'],
                  env: [
                    { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'orders', key: 'PASSWORD' } } },
                    { name: 'URL', value: 'postgres://$(PASSWORD)@db' },
                  ],
                  ports: [{ name: 'http', containerPort: 8080 }],
                  startupProbe: probe,
                  readinessProbe: probe,
                  resources: { requests: { cpu: '250m', memory: '256Mi' }, limits: { memory: '512Mi' } },
                  volumeMounts: [{ name: 'secrets', mountPath: '/mnt/secrets', readOnly: true }],
                },
              ],
              volumes: [
                {
                  name: 'secrets',
                  csi: {
                    driver: 'secrets-store.csi.k8s.io',
                    readOnly: true,
                    volumeAttributes: { secretProviderClass: 'orders' },
                  },
                },
              ],
            },
          },
        },
      },
    ],
    [
      'kubernetes:core/v1:Service',
      'service',
      { metadata: meta, spec: { selector: labels, ports: [{ name: 'http', port: 80, targetPort: 'http' }] } },
    ],
    [
      'kubernetes:eks.amazonaws.com/v1:IngressClassParams',
      'params',
      {
        apiVersion: 'eks.amazonaws.com/v1',
        kind: 'IngressClassParams',
        metadata: { name: 'alb' },
        spec: { scheme: 'internet-facing', targetType: 'ip' },
      },
    ],
    [
      'kubernetes:networking.k8s.io/v1:IngressClass',
      'ingress-class',
      {
        metadata: { name: 'alb' },
        spec: {
          controller: 'eks.amazonaws.com/alb',
          parameters: { apiGroup: 'eks.amazonaws.com', kind: 'IngressClassParams', name: 'alb' },
        },
      },
    ],
    [
      'kubernetes:networking.k8s.io/v1:Ingress',
      'ingress',
      {
        metadata: { ...meta, annotations: { 'alb.ingress.kubernetes.io/healthcheck-path': '/health' } },
        spec: {
          ingressClassName: 'alb',
          rules: [
            {
              http: {
                paths: [
                  { path: '/', pathType: 'Prefix', backend: { service: { name: 'orders', port: { name: 'http' } } } },
                ],
              },
            },
          ],
        },
      },
    ],
    [
      'kubernetes:autoscaling/v2:HorizontalPodAutoscaler',
      'autoscaler',
      {
        metadata: meta,
        spec: {
          scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'orders' },
          minReplicas: 2,
          maxReplicas: 4,
          metrics: [
            { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } },
          ],
        },
      },
    ],
    [
      'kubernetes:policy/v1:PodDisruptionBudget',
      'budget',
      { metadata: meta, spec: { maxUnavailable: 1, selector: { matchLabels: labels } } },
    ],
    [
      'kubernetes:networking.k8s.io/v1:NetworkPolicy',
      'policy',
      {
        metadata: meta,
        spec: {
          podSelector: { matchLabels: labels },
          policyTypes: ['Ingress', 'Egress'],
          ingress: [{ ports: [{ port: 'http' }] }],
          egress: [
            {
              ports: [
                { port: 53, protocol: 'UDP' },
                { port: 53, protocol: 'TCP' },
              ],
            },
            { to: [{ ipBlock: { cidr: '10.0.0.0/16' } }], ports: [{ port: 5432 }] },
          ],
        },
      },
    ],
  ];
}
