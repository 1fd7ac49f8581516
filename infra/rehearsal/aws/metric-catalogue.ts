import type { Bag } from '../protocol/values';

/** The things that a dimension can name, as pairs of the type and where its name is. */
export type DimensionOwner = { readonly token: string; nameOf(outputs: Bag): string | undefined };

/** What a namespace measures, by the dimensions that go together. */
type Namespace = {
  readonly source: string;
  readonly metrics: readonly string[];
  /** Each a complete set; a metric with others does not exist. */
  readonly dimensions: readonly (readonly string[])[];
  readonly owners: Readonly<Record<string, readonly DimensionOwner[]>>;
};

const property =
  (name: string) =>
  (outputs: Bag): string | undefined =>
    typeof outputs[name] === 'string' ? outputs[name] : undefined;

const owner = (token: string, name: string): DimensionOwner => ({ token, nameOf: property(name) });

/** The last part of an ARN, which is what `cluster` of a service may be. */
const lastPart = (name: string) => (outputs: Bag) => property(name)(outputs)?.split('/').at(-1);

const ecsClusters = [owner('aws:ecs/cluster:Cluster', 'name')];

/** Those that programs have alarms on; another namespace of AWS's own is said not to be simulated. */
export const namespaces: Readonly<Record<string, Namespace>> = {
  'AWS/AppRunner': {
    source: 'https://docs.aws.amazon.com/apprunner/latest/dg/monitor-cw.html',
    metrics: [
      'Requests',
      '2xxStatusResponses',
      '4xxStatusResponses',
      '5xxStatusResponses',
      'RequestLatency',
      'ActiveInstances',
      'Concurrency',
      'CPUUtilization',
      'MemoryUtilization',
    ],
    dimensions: [['ServiceName', 'ServiceID']],
    owners: {
      ServiceName: [owner('aws:apprunner/service:Service', 'serviceName')],
      ServiceID: [owner('aws:apprunner/service:Service', 'serviceId')],
    },
  },
  'AWS/ApplicationELB': {
    source: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html',
    metrics: [
      'RequestCount',
      'HTTPCode_Target_2XX_Count',
      'HTTPCode_Target_4XX_Count',
      'HTTPCode_Target_5XX_Count',
      'HTTPCode_ELB_4XX_Count',
      'HTTPCode_ELB_5XX_Count',
      'TargetResponseTime',
      'HealthyHostCount',
      'UnHealthyHostCount',
      'ActiveConnectionCount',
      'RejectedConnectionCount',
      'TargetConnectionErrorCount',
    ],
    dimensions: [['LoadBalancer'], ['LoadBalancer', 'TargetGroup'], ['LoadBalancer', 'AvailabilityZone']],
    owners: {
      LoadBalancer: [owner('aws:lb/loadBalancer:LoadBalancer', 'arnSuffix')],
      TargetGroup: [owner('aws:lb/targetGroup:TargetGroup', 'arnSuffix')],
    },
  },
  'AWS/ECS': {
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/available-metrics.html',
    metrics: ['CPUUtilization', 'MemoryUtilization', 'EphemeralStorageUtilized'],
    dimensions: [['ClusterName'], ['ClusterName', 'ServiceName']],
    owners: {
      ClusterName: ecsClusters,
      ServiceName: [
        owner('aws:ecs/service:Service', 'name'),
        owner('aws:ecs/expressGatewayService:ExpressGatewayService', 'serviceName'),
      ],
    },
  },
  'AWS/RDS': {
    source: 'https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-metrics.html',
    metrics: [
      'CPUUtilization',
      'FreeStorageSpace',
      'FreeableMemory',
      'DatabaseConnections',
      'ReadLatency',
      'WriteLatency',
      'DiskQueueDepth',
      'ACUUtilization',
      'ServerlessDatabaseCapacity',
      'VolumeBytesUsed',
      'FreeLocalStorage',
    ],
    dimensions: [['DBInstanceIdentifier'], ['DBClusterIdentifier'], ['DBClusterIdentifier', 'Role']],
    owners: {
      DBInstanceIdentifier: [
        owner('aws:rds/instance:Instance', 'identifier'),
        owner('aws:rds/clusterInstance:ClusterInstance', 'identifier'),
      ],
      DBClusterIdentifier: [owner('aws:rds/cluster:Cluster', 'clusterIdentifier')],
    },
  },
  'AWS/ElastiCache': {
    source: 'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheMetrics.Redis.html',
    metrics: [
      'DatabaseMemoryUsagePercentage',
      'Evictions',
      'EngineCPUUtilization',
      'CPUUtilization',
      'CurrConnections',
      'CacheHitRate',
      'FreeableMemory',
    ],
    dimensions: [['CacheClusterId'], ['CacheClusterId', 'CacheNodeId']],
    owners: {
      CacheClusterId: [
        {
          token: 'aws:elasticache/replicationGroup:ReplicationGroup',
          // Its nodes are ID-001, ID-002, ...: any of them stands for the group.
          nameOf: (outputs) => property('replicationGroupId')(outputs),
        },
      ],
    },
  },
  'AWS/Lambda': {
    source: 'https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html',
    metrics: ['Errors', 'Invocations', 'Duration', 'Throttles', 'ConcurrentExecutions'],
    dimensions: [['FunctionName'], ['FunctionName', 'Resource']],
    owners: { FunctionName: [owner('aws:lambda/function:Function', 'name')] },
  },
  'AWS/Route53': {
    source: 'https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/monitoring-cloudwatch.html',
    metrics: ['HealthCheckStatus', 'HealthCheckPercentageHealthy', 'ConnectionTime', 'TimeToFirstByte'],
    dimensions: [['HealthCheckId']],
    owners: { HealthCheckId: [owner('aws:route53/healthCheck:HealthCheck', 'id')] },
  },
  ContainerInsights: {
    source: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-EKS.html',
    metrics: [
      'node_cpu_utilization',
      'node_memory_utilization',
      'pod_cpu_utilization',
      'pod_memory_utilization',
      'pod_memory_utilization_over_pod_limit',
      'pod_number_of_container_restarts',
      'service_number_of_running_pods',
      'cluster_failed_node_count',
      'cluster_node_count',
    ],
    dimensions: [
      ['ClusterName'],
      ['ClusterName', 'Namespace'],
      ['ClusterName', 'Namespace', 'PodName'],
      ['ClusterName', 'Namespace', 'Service'],
    ],
    // Of clusters where CloudWatch's add-on measures.
    owners: {
      ClusterName: [{ token: 'aws:eks/addon:Addon', nameOf: lastPart('clusterName') }],
    },
  },
};

/** Whether a dimension's value is this name: a node of a cache is one of its group's. */
export function namesThing(dimension: string, value: string, name: string): boolean {
  return dimension === 'CacheClusterId' ? new RegExp(`^${name}-\\d{3}$`).test(value) : value === name;
}
