import type { LoadBalancer } from '@pulumi/aws/lb';
import type { AwsSignals } from './signals';

/**
 * What an application load balancer of one service measures. Requests that it could pass on to nobody are counted among its
 * own 5xx only. Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
 */
export function loadBalancerSignals({
  arnSuffix,
}: Pick<LoadBalancer, 'arnSuffix'>): Pick<AwsSignals, 'requests' | 'serverErrors' | 'latency'> {
  const metric = (metricName: string, stat: string) => ({
    namespace: 'AWS/ApplicationELB',
    metricName,
    dimensions: { LoadBalancer: arnSuffix },
    stat,
  });
  const own = metric('HTTPCode_ELB_5XX_Count', 'Sum');
  return {
    requests: [metric('RequestCount', 'Sum'), own],
    serverErrors: [metric('HTTPCode_Target_5XX_Count', 'Sum'), own],
    latency: { ...metric('TargetResponseTime', 'p95'), unit: 'seconds' },
  };
}
