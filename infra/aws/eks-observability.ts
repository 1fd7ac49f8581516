import * as cloudwatch from '@pulumi/aws/cloudwatch';
import type * as pulumi from '@pulumi/pulumi';
import { createAddOn } from './eks-add-on';
import type { EksCluster } from './eks-cluster';
import { podRole } from './eks-identity';
import type { AwsScope } from './foundation';
import { createRole } from './roles';

/** Where CloudWatch's add-on writes; it would make them without an end. */
const kinds = ['application', 'dataplane', 'host', 'performance'] as const;

type ObservabilityRequest = { scope: AwsScope; cluster: EksCluster; dependsOn: pulumi.Resource[] };

/**
 * Takes what the containers print to CloudWatch, where it ends with its retention. Container Insights and Application
 * Signals, which cost by what they observe, are off. Source:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/install-CloudWatch-Observability-EKS-addon.html
 */
export function createObservability(
  name: string,
  { scope: { names, logRetentionDays }, cluster, dependsOn }: ObservabilityRequest,
  options: pulumi.CustomResourceOptions,
): { logGroup: pulumi.Output<string>; ready: pulumi.Resource[] } {
  const groupName = (kind: (typeof kinds)[number]) => `/aws/containerinsights/${names('eksCluster', name)}/${kind}`;
  const groups = kinds.map(
    (kind) =>
      new cloudwatch.LogGroup(
        `${name}-${kind}-logs`,
        { name: groupName(kind), retentionInDays: logRetentionDays },
        options,
      ),
  );
  const role = createRole(
    `${name}-logs`,
    { names, ...podRole, statements: [], managedPolicies: ['CloudWatchAgentServerPolicy'] },
    options,
  );
  const addOn = createAddOn(
    name,
    {
      addOnName: 'amazon-cloudwatch-observability',
      cluster,
      values: {
        containerLogs: { enabled: true },
        agent: { config: { logs: { metrics_collected: { kubernetes: { enhanced_container_insights: false } } } } },
      },
      // Fluent Bit acts as it too.
      identities: [{ serviceAccount: 'cloudwatch-agent', roleArn: role.arn }],
      dependsOn: [...dependsOn, ...role.ready, ...groups],
    },
    options,
  );
  const [application] = groups;
  if (application === undefined) throw new Error('application is the first kind');
  return { logGroup: application.name, ready: [addOn] };
}
