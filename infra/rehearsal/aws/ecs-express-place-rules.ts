import { applyRule } from '../rules';
import { findCluster } from './ecs-cluster';
import { findGateways } from './ecs-express-gateways';
import { strayKey, strayServices } from './ecs-express-state';
import { clusterNameOf, networkOfService, serviceNameOf } from './ecs-express-task';
import { expressServiceHandle as service } from './ecs-handles';
import { refuseAssumption } from './iam-authorize';
import { internetWayOf } from './routes';
import { findGroup } from './security-groups';
import { findSubnet } from './vpc';

const source = 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/express-service-work.html';

/** What depends on where the service is to be. */
export const placeRules = [
  applyRule({
    id: 'aws.ecs-express.cluster-missing',
    refuses: 'A service in a cluster that does not exist.',
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateExpressGatewayService.html',
    types: service,
    check: ({ inputs, cloud, place }) =>
      // AWS makes the cluster `default` by itself.
      clusterNameOf(inputs) === 'default' || findCluster(cloud, inputs.cluster ?? 'default', place)
        ? undefined
        : `ClusterNotFoundException: Cluster not found. (cluster ${inputs.cluster})`,
  }),
  applyRule({
    id: 'aws.ecs-express.cluster-change',
    refuses:
      'Another cluster for a service that exists: the provider sends no such change, and the service stays where it is.',
    source: 'https://github.com/hashicorp/terraform-provider-aws/issues/47280',
    types: service,
    check: ({ inputs, previous }) =>
      previous && clusterNameOf(previous.inputs) !== clusterNameOf(inputs)
        ? `Provider produced inconsistent result after apply: .cluster was ${clusterNameOf(inputs)}, but now ${clusterNameOf(previous.inputs)} (cluster: replaceOnChanges makes it a replacement)`
        : undefined,
  }),
  applyRule({
    id: 'aws.ecs-express.stray',
    refuses: 'A service of a name that one has which no program knows: its first release never got well.',
    source:
      'https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/ecs/express_gateway_service.go',
    types: service,
    check: ({ inputs, previous, cloud, place }) => {
      const key = strayKey(place.region, clusterNameOf(inputs), serviceNameOf(inputs));
      const stray = previous ? undefined : cloud.table(strayServices).get(key);
      return (
        stray &&
        `Resource Already Exists: Express Gateway Service ${serviceNameOf(inputs)} already exists in cluster ${clusterNameOf(inputs)}: aws ecs delete-express-gateway-service --service-arn ${stray.arn} (serviceName)`
      );
    },
  }),
  applyRule({
    id: 'aws.ecs-express.network',
    refuses: 'Subnets or security groups that do not exist, or are of several VPCs.',
    source,
    types: service,
    check: ({ inputs: { networkConfigurations = [] }, cloud, place: { region } }) => {
      const { subnets = [], securityGroups = [] } = networkConfigurations[0] ?? {};
      const missing = subnets.find((id) => !findSubnet(cloud, id, region));
      if (missing !== undefined)
        return `InvalidParameterException: The subnet ID '${missing}' does not exist (subnets)`;
      const stranger = securityGroups.find((id) => !findGroup(cloud, id, region));
      if (stranger !== undefined) {
        return `InvalidParameterException: The security group '${stranger}' does not exist (securityGroups)`;
      }
      const vpcs = new Set([
        ...subnets.map((id) => findSubnet(cloud, id, region)?.vpcId),
        ...securityGroups.map((id) => findGroup(cloud, id, region)?.vpcId),
      ]);
      return vpcs.size <= 1
        ? undefined
        : `InvalidParameterException: subnets and securityGroups must be of one VPC, not of ${[...vpcs].join(', ')}`;
    },
  }),
  applyRule({
    id: 'aws.ecs-express.subnet-zones',
    refuses: 'Subnets that are all in one availability zone: the load balancer needs two.',
    source,
    types: service,
    check: ({ inputs, cloud, place }) => {
      const network = networkOfService(cloud, inputs, place);
      return network && network.zones.length < 2
        ? `ValidationError: At least two subnets in two different Availability Zones must be specified (subnets are in ${network.zones.join(', ')})`
        : undefined;
    },
  }),
  applyRule({
    id: 'aws.ecs-express.mixed-subnets',
    refuses: 'Public and private subnets at once: they decide whether the load balancer faces the internet.',
    source,
    types: service,
    check: ({ inputs: { networkConfigurations = [] }, cloud }) => {
      const subnets = networkConfigurations[0]?.subnets ?? [];
      const isPublic = (id: string) => internetWayOf(cloud, id) === 'gateway';
      const open = subnets.filter(isPublic);
      const closed = subnets.filter((id) => !isPublic(id));
      return open.length > 0 && closed.length > 0
        ? `InvalidParameterException: subnets must be all public or all private: ${open.join(', ')} have a route to an internet gateway, ${closed.join(', ')} have none`
        : undefined;
    },
  }),
  applyRule({
    id: 'aws.ecs-express.balancer-zones',
    refuses: "Subnets in a zone that the VPC's shared load balancer is not in: the first service has decided it.",
    source,
    types: service,
    check: ({ inputs, cloud, place, id }) => {
      const network = networkOfService(cloud, inputs, place);
      if (!network) return undefined;
      const shared = findGateways(cloud, network).find(({ services }) => [...services].some((other) => other !== id));
      const strange = network.zones.filter((zone) => shared && !shared.zones.includes(zone));
      return strange.length > 0
        ? `InvalidParameterException: the load balancer of this VPC is in ${shared?.zones.join(', ')}, subnets must not be in ${strange.join(', ')}`
        : undefined;
    },
  }),
  applyRule({
    id: 'aws.ecs-express.role-principal',
    refuses:
      'An execution or task role that ecs-tasks.amazonaws.com may not take on, or an infrastructure role that ecs.amazonaws.com may not.',
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security-ecs-iam-role-overview.html',
    types: service,
    check: async ({ inputs, cloud, id }) => {
      const tasks = 'ecs-tasks.amazonaws.com';
      const roles: [property: string, arn: string | undefined, principal: string][] = [
        ['executionRoleArn', inputs.executionRoleArn, tasks],
        ['taskRoleArn', inputs.taskRoleArn, tasks],
        ['infrastructureRoleArn', inputs.infrastructureRoleArn, 'ecs.amazonaws.com'],
      ];
      const findings: string[] = [];
      for (const [property, roleArn, principal] of roles) {
        if (roleArn === undefined) continue;
        const request = { roleArn, service: principal, context: { 'aws:SourceArn': id } };
        const refusal = await refuseAssumption(cloud, request);
        if (refusal) findings.push(`AccessDeniedException: Cannot assume role: ${refusal} (${property})`);
      }
      return findings;
    },
  }),
];
