import type { Cloud, Place } from '../cloud/cloud';
import { applyRule } from '../rules';
import { capacityOf, findCluster } from './ecs-cluster';
import { containersOf } from './ecs-container-definition';
import { serviceHandle } from './ecs-handles';
import type { ServiceArgs } from './ecs-running-service';
import { findTaskDefinition } from './ecs-task-definition';
import { isForFargate } from './ecs-task-definition-rules';
import { findGroup } from './security-groups';
import { targetGroup } from './target-group';
import { isReachableByListener } from './target-group-targets';
import { findSubnet } from './vpc';

const source = 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html';

/** What a service needs around it: its cluster, its task definition, its network, its target groups. */
export const surroundingsRules = [
  applyRule({
    id: 'aws.ecs.service-cluster',
    refuses: 'A service in a cluster that does not exist.',
    source,
    types: serviceHandle,
    check: ({ inputs: { cluster = 'default' }, cloud, place }) =>
      findCluster(cloud, cluster, place)
        ? undefined
        : `ClusterNotFoundException: Cluster not found. (cluster ${cluster})`,
  }),
  applyRule({
    id: 'aws.ecs.capacity-provider',
    refuses: 'A service on a capacity provider that its cluster does not have, or on machines that it does not have.',
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html',
    types: serviceHandle,
    check: ({ inputs, cloud, place }) => {
      const { capacityProviderStrategies: strategy = [], launchType, cluster = 'default' } = inputs;
      const capacity = capacityOf(cloud, findCluster(cloud, cluster, place)?.inputs.name, place)?.inputs;
      const isDefault = (capacity?.defaultCapacityProviderStrategies?.length ?? 0) > 0;
      if (strategy.length === 0 && launchType === undefined && !isDefault) {
        return 'not simulated: a service on EC2: give a launchType, capacityProviderStrategies, or the cluster a default strategy';
      }
      return strategy
        .filter(({ capacityProvider }) => !capacity?.capacityProviders?.includes(capacityProvider))
        .map(
          ({ capacityProvider }) =>
            `InvalidParameterException: The specified capacity provider strategy cannot contain a capacity provider that is not associated with the cluster: ${capacityProvider} (capacityProviderStrategies)`,
        );
    },
  }),
  applyRule({
    id: 'aws.ecs.task-definition',
    refuses: 'A service of a task definition that does not exist, is inactive, or is not made for Fargate.',
    source,
    types: serviceHandle,
    check: ({ inputs, cloud, place }) => {
      const definition = definitionOf(cloud, inputs, place);
      if (!definition)
        return `ClientException: TaskDefinition not found or inactive: ${inputs.taskDefinition} (taskDefinition)`;
      return isForFargate(definition.inputs)
        ? undefined
        : 'InvalidParameterException: Task definition does not support launch_type FARGATE. (requiresCompatibilities)';
    },
  }),
  applyRule({
    id: 'aws.ecs.network',
    refuses:
      'A task of its own interface without subnets, or with subnets or groups that do not exist or are of several VPCs.',
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-networking.html',
    types: serviceHandle,
    check: ({ inputs, cloud, place }) => {
      const { subnets = [], securityGroups = [] } = inputs.networkConfiguration ?? {};
      const mode = definitionOf(cloud, inputs, place)?.inputs.networkMode;
      if (!inputs.networkConfiguration) {
        return mode === 'awsvpc'
          ? "InvalidParameterException: Network Configuration must be provided when networkMode 'awsvpc' is specified. (networkConfiguration)"
          : undefined;
      }
      const noSubnet = subnets.find((id) => !findSubnet(cloud, id, place.region));
      if (noSubnet) {
        return `InvalidParameterException: Error retrieving subnet information for [${noSubnet}]: The subnet ID '${noSubnet}' does not exist (ErrorCode: InvalidSubnetID.NotFound)`;
      }
      const noGroup = securityGroups.find((id) => !findGroup(cloud, id, place.region));
      if (noGroup) {
        return `InvalidParameterException: Error retrieving security group information for [${noGroup}]: The security group '${noGroup}' does not exist (ErrorCode: InvalidGroup.NotFound)`;
      }
      const vpcs = new Set(subnets.map((id) => findSubnet(cloud, id, place.region)?.vpcId));
      if (vpcs.size > 1)
        return 'InvalidParameterException: subnets must belong to the same VPC. (networkConfiguration.subnets)';
      const stranger = securityGroups.find((id) => !vpcs.has(findGroup(cloud, id, place.region)?.vpcId));
      return (
        stranger &&
        `InvalidParameterException: Security group ${stranger} does not appear to belong to the same VPC as the input subnets.`
      );
    },
  }),
  applyRule({
    id: 'aws.ecs.load-balancer-container',
    refuses: 'Requests for a container, or a port of it, that the task definition does not have.',
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LoadBalancer.html',
    types: serviceHandle,
    check: ({ inputs, cloud, place }) => {
      const definition = definitionOf(cloud, inputs, place);
      if (!definition) return undefined;
      const containers = containersOf(definition.inputs.containerDefinitions);
      return (inputs.loadBalancers ?? []).flatMap(({ containerName, containerPort }) => {
        const container = containers.find(({ name }) => name === containerName);
        if (!container) {
          return [`InvalidParameterException: The container ${containerName} does not exist in the task definition.`];
        }
        return container.portMappings?.some((mapping) => mapping.containerPort === containerPort)
          ? []
          : [
              `InvalidParameterException: The container ${containerName} did not have a container port ${containerPort} defined.`,
            ];
      });
    },
  }),
  applyRule({
    id: 'aws.ecs.target-group',
    refuses:
      'A target group that does not exist, whose load balancer forwards nothing to it, of instances, or in another VPC.',
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-load-balancing.html',
    types: serviceHandle,
    check: ({ inputs, cloud, place }) => {
      const { loadBalancers = [], networkConfiguration } = inputs;
      const home = findSubnet(cloud, networkConfiguration?.subnets?.[0] ?? '', place.region)?.vpcId;
      return loadBalancers.flatMap(({ targetGroupArn, elbName, advancedConfiguration }) => {
        if (targetGroupArn === undefined) {
          return [
            elbName === undefined
              ? 'InvalidParameterException: Either targetGroupArn or elbName must be given'
              : 'not simulated: a Classic Load Balancer (elbName)',
          ];
        }
        const arns = [
          targetGroupArn,
          ...(advancedConfiguration ? [advancedConfiguration.alternateTargetGroupArn] : []),
        ];
        return arns.flatMap((arn) => {
          const group = cloud.find(targetGroup, arn);
          if (!group)
            return [
              `InvalidParameterException: Unable to retrieve the target group ${arn}: it does not exist (targetGroupArn)`,
            ];
          return [
            ...(isReachableByListener(cloud, arn)
              ? []
              : [
                  `InvalidParameterException: The target group with targetGroupArn ${arn} does not have an associated load balancer.`,
                ]),
            ...(group.inputs.targetType === 'ip'
              ? []
              : [
                  `InvalidParameterException: The provided target group ${arn} has target type ${group.inputs.targetType}, which is incompatible with the awsvpc network mode specified in the task definition.`,
                ]),
            ...(home === undefined || group.inputs.vpcId === home
              ? []
              : [
                  `InvalidParameterException: The target group ${arn} is in the VPC ${group.inputs.vpcId}, the subnets of the tasks are in ${home}`,
                ]),
          ];
        });
      });
    },
  }),
];

function definitionOf(cloud: Cloud, { taskDefinition = '' }: ServiceArgs, place: Place) {
  return findTaskDefinition(cloud, taskDefinition, place);
}
