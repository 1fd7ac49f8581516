import type { Service } from '@pulumi/aws/apprunner';
import type { AwsSignals } from './signals';

/** Source: https://docs.aws.amazon.com/apprunner/latest/dg/monitor-cw.html */
export function appRunnerSignals({ serviceName, serviceId }: Pick<Service, 'serviceName' | 'serviceId'>): AwsSignals {
  const metric = (metricName: string, stat: string) => ({
    namespace: 'AWS/AppRunner',
    metricName,
    dimensions: { ServiceName: serviceName, ServiceID: serviceId },
    stat,
  });
  return {
    requests: [metric('Requests', 'Sum')],
    serverErrors: [metric('5xxStatusResponses', 'Sum')],
    latency: { ...metric('RequestLatency', 'p95'), unit: 'milliseconds' },
    cpu: metric('CPUUtilization', 'Average'),
    memory: metric('MemoryUtilization', 'Average'),
    instances: { ...metric('ActiveInstances', 'Maximum'), periodSeconds: 300 },
  };
}
