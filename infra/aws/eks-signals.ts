import type * as pulumi from '@pulumi/pulumi';
import type { AwsSignals } from './signals';

/**
 * What CloudWatch's add-on measures in the cluster. The pods have no limit of CPU: they end where the node does. Source:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-EKS.html
 */
export function eksSignals(release: {
  clusterName: pulumi.Output<string>;
  namespace: pulumi.Output<string>;
  serviceName: pulumi.Output<string>;
}): Pick<AwsSignals, 'cpu' | 'memory' | 'instances'> {
  const cluster = { ClusterName: release.clusterName };
  const own = { ...cluster, Namespace: release.namespace };
  const metric = (metricName: string, dimensions: Record<string, pulumi.Output<string>>, stat: string) => ({
    namespace: 'ContainerInsights',
    metricName,
    dimensions,
    stat,
  });
  return {
    cpu: metric('node_cpu_utilization', cluster, 'Average'),
    // Its PodName is the workload's.
    memory: metric('pod_memory_utilization_over_pod_limit', { ...own, PodName: release.serviceName }, 'Average'),
    instances: {
      ...metric('service_number_of_running_pods', { ...own, Service: release.serviceName }, 'Maximum'),
      periodSeconds: 300,
    },
  };
}
