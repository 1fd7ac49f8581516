import type { Cloud } from '../cloud/cloud';
import { containersOf } from './ecs-container-definition';
import type { Registration, ServiceArgs, ServiceLifecycle } from './ecs-running-service';
import { parseTaskMemory } from './ecs-sizes';
import type { TaskSpec } from './ecs-task';
import { findTaskDefinition } from './ecs-task-definition';
import type { InVpc } from './reachability';
import { findSubnet, vpc } from './vpc';

/** The task that a service runs with these inputs, which the rules have found right. */
export function buildTask({ inputs, cloud, place, entity }: ServiceLifecycle): TaskSpec {
  const definition = findTaskDefinition(cloud, inputs.taskDefinition ?? '', place);
  if (!definition) throw new Error(`${inputs.taskDefinition} was taken for a task definition that exists`);
  const { containerDefinitions, executionRoleArn, taskRoleArn, memory, runtimePlatform } = definition.inputs;
  return {
    name: entity.outputs.name,
    region: place.region ?? '',
    account: place.account ?? '',
    containers: containersOf(containerDefinitions),
    executionRoleArn,
    taskRoleArn,
    platform: runtimePlatform?.cpuArchitecture === 'ARM64' ? 'linux/arm64' : 'linux/amd64',
    ...(memory !== undefined && { memoryMiB: parseTaskMemory(memory) }),
    origin: () => originOf(cloud, inputs, place.region ?? ''),
  };
}

/** The interfaces of a service's tasks: without groups they are in the VPC's own. */
export function originOf(cloud: Cloud, { networkConfiguration }: ServiceArgs, region: string): InVpc {
  const { subnets = [], securityGroups = [], assignPublicIp = false } = networkConfiguration ?? {};
  const network = cloud.find(vpc, findSubnet(cloud, subnets[0] ?? '', region)?.vpcId ?? '');
  return {
    kind: 'vpc',
    region,
    subnetIds: subnets,
    securityGroupIds: securityGroups.length > 0 ? securityGroups : [network?.outputs.defaultSecurityGroupId ?? ''],
    hasPublicAddress: assignPublicIp,
  };
}

/** The target groups that a service names first, and those that its traffic alternates with. */
export function registrationsOf({ loadBalancers = [] }: ServiceArgs): {
  primary: Registration[];
  alternate: Registration[];
} {
  const register = (groupArn: string | undefined, { containerName, containerPort }: (typeof loadBalancers)[number]) =>
    groupArn === undefined ? [] : [{ groupArn, containerName, containerPort }];
  return {
    primary: loadBalancers.flatMap((balancer) => register(balancer.targetGroupArn, balancer)),
    alternate: loadBalancers.flatMap((balancer) =>
      register(balancer.advancedConfiguration?.alternateTargetGroupArn, balancer),
    ),
  };
}
