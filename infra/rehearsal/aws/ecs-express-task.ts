import type { ecs } from '@pulumi/aws';
import type { Unwrap } from '@pulumi/pulumi';
import type { Cloud, Place } from '../cloud/cloud';
import type { ContainerDefinition } from './ecs-container-definition';
import { parseTaskMemory } from './ecs-sizes';
import type { TaskSpec } from './ecs-task';
import { internetWayOf } from './routes';
import { findGroup } from './security-groups';
import { findSubnet } from './vpc';

export type ExpressArgs = Unwrap<ecs.ExpressGatewayServiceArgs>;

/** Source of all defaults: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/express-service-work.html */
export const defaults = {
  cpu: '1024',
  memory: '2048',
  port: 80,
  healthCheckPath: '/',
  logStreamPrefix: 'ecs',
  autoScalingMetric: 'AVERAGE_CPU',
  autoScalingTargetValue: 60,
  minTasks: 1,
  maxTasks: 20,
} as const;
const stopTimeoutSeconds = 30;

/** Name or ARN of a cluster, as a name. */
export function clusterNameOf({ cluster = 'default' }: ExpressArgs): string {
  return cluster.split('/').at(-1) ?? cluster;
}

/** Without a name AWS takes the image's. */
export function serviceNameOf({ serviceName, primaryContainer }: ExpressArgs): string {
  return serviceName ?? primaryContainer.image.split('/').at(-1)?.split(/[:@]/)[0] ?? 'service';
}

export function portOf({ primaryContainer }: ExpressArgs): number {
  return primaryContainer.containerPort ?? defaults.port;
}

/** Where its lines go: the program's own group, or one that AWS makes. */
export function logGroupOf(inputs: ExpressArgs): string {
  const [own] = inputs.primaryContainer.awsLogsConfigurations ?? [];
  return own?.logGroup ?? `/aws/ecs/${clusterNameOf(inputs)}/${serviceNameOf(inputs)}-0001`;
}

export type ExpressNetwork = {
  vpcId: string;
  subnetIds: readonly string[];
  securityGroupIds: readonly string[];
  /** Public subnets: the load balancer faces the internet, and tasks get public addresses. */
  isPublic: boolean;
  zones: readonly string[];
};

/** Undefined without a network configuration: the default VPC, which is not simulated. */
export function networkOfService(
  cloud: Cloud,
  { networkConfigurations }: ExpressArgs,
  place: Place,
): ExpressNetwork | undefined {
  const [given] = networkConfigurations ?? [];
  const subnetIds = given?.subnets ?? [];
  const homes = subnetIds.flatMap((id) => findSubnet(cloud, id, place.region) ?? []);
  const [first] = homes;
  if (!first) return undefined;
  return {
    vpcId: first.vpcId,
    subnetIds,
    securityGroupIds: (given?.securityGroups ?? []).filter((id) => findGroup(cloud, id, place.region)),
    isPublic: homes.every(({ id }) => internetWayOf(cloud, id) === 'gateway'),
    zones: [...new Set(homes.map(({ zoneId }) => zoneId))].sort(),
  };
}

/** The task that these inputs describe. */
export function taskOf(cloud: Cloud, { inputs, place }: { inputs: ExpressArgs; place: Place }): TaskSpec {
  const region = place.region ?? '';
  return {
    name: serviceNameOf(inputs),
    region,
    account: place.account ?? '',
    containers: [containerOf(inputs, { region, logGroup: logGroupOf(inputs) })],
    executionRoleArn: inputs.executionRoleArn,
    platform: 'linux/amd64',
    memoryMiB: parseTaskMemory(inputs.memory ?? defaults.memory),
    origin: () => {
      const network = networkOfService(cloud, inputs, place);
      return {
        kind: 'vpc',
        region,
        subnetIds: network?.subnetIds ?? [],
        securityGroupIds: groupsOf(network),
        hasPublicAddress: network?.isPublic ?? false,
      };
    },
  };
}

/** Groups of its own, or the one that AWS makes: that lets everything out. */
function groupsOf(network: ExpressNetwork | undefined): readonly string[] {
  return network && network.securityGroupIds.length > 0 ? network.securityGroupIds : ['sg-of-ecs-express'];
}

function containerOf(
  { primaryContainer }: ExpressArgs,
  { region, logGroup }: { region: string; logGroup: string },
): ContainerDefinition {
  const { image, commands, environments, secrets, awsLogsConfigurations, repositoryCredentials } = primaryContainer;
  return {
    name: 'Main',
    image,
    essential: true,
    stopTimeout: stopTimeoutSeconds,
    portMappings: [{ containerPort: primaryContainer.containerPort ?? defaults.port }],
    ...(commands && { command: commands }),
    ...(environments && { environment: environments }),
    ...(secrets && { secrets }),
    ...(repositoryCredentials && { repositoryCredentials }),
    logConfiguration: {
      logDriver: 'awslogs',
      options: {
        'awslogs-group': logGroup,
        'awslogs-region': region,
        'awslogs-stream-prefix': awsLogsConfigurations?.[0]?.logStreamPrefix ?? defaults.logStreamPrefix,
      },
    },
  };
}
