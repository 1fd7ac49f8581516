import type * as pulumi from '@pulumi/pulumi';
import type { AwsSignals } from './signals';

/** Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/available-metrics.html */
export function ecsSignals(service: {
  clusterName: pulumi.Output<string>;
  serviceName: pulumi.Output<string>;
}): Pick<AwsSignals, 'cpu' | 'memory' | 'instances'> {
  const metric = (metricName: string, stat: string) => ({
    namespace: 'AWS/ECS',
    metricName,
    dimensions: { ClusterName: service.clusterName, ServiceName: service.serviceName },
    stat,
  });
  return {
    cpu: metric('CPUUtilization', 'Average'),
    memory: metric('MemoryUtilization', 'Average'),
    // Each task sends one sample a minute. Source:
    // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cloudwatch-metrics.html#cw_running_task_count
    instances: { ...metric('CPUUtilization', 'SampleCount'), periodSeconds: 60 },
  };
}
