import type { Graph, GraphNode } from '../graph/graph';
import { graphRule } from '../rules';
import { scalingTarget } from './app-autoscaling';
import { clusterCapacityProviders } from './ecs-cluster';
import { expressServiceHandle, serviceHandle } from './ecs-handles';
import { endpointRoute, vpcEndpoint } from './endpoints';
import { listener } from './listener';
import { listenerRule } from './listener-rule';
import { mentions, mustWait, nodesOf, textsIn } from './order';
import { natGateway, route, routeTable, routeTableAssociation } from './routes';
import { subnet } from './vpc';

/** What must wait for what around the services of ECS, beside what is so for all services. */
export const ecsOrderRules = [
  graphRule({
    id: 'aws.order.listener',
    refuses:
      'A service that does not wait for the listener or rule of its target group: till then the group has no load balancer.',
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-load-balancing.html',
    types: [serviceHandle],
    check: (graph) =>
      graph.ofType(serviceHandle).flatMap((service) =>
        nodesOf(graph, [listener, listenerRule])
          .filter((node) => groupsOf(service).some((arn) => mentions(node, arn)))
          .flatMap((node) =>
            mustWait(graph, service, node, 'without it its target group has no associated load balancer'),
          ),
      ),
  }),
  graphRule({
    id: 'aws.order.task-path',
    refuses:
      'A service whose tasks pull images and read secrets without waiting for the endpoints, routes and gateways on their way.',
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-networking.html',
    types: [serviceHandle, expressServiceHandle],
    check: (graph) =>
      nodesOf(graph, [serviceHandle, expressServiceHandle]).flatMap((service) =>
        waysOf(graph, service).flatMap((node) =>
          mustWait(graph, service, node, 'its tasks pull their image on that way'),
        ),
      ),
  }),
  graphRule({
    id: 'aws.order.capacity-providers',
    refuses: 'A service on capacity providers without waiting until its cluster has them.',
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html',
    types: [serviceHandle],
    check: (graph) =>
      graph
        .ofType(serviceHandle)
        .filter(({ inputs }) => Array.isArray(inputs.capacityProviderStrategies))
        .flatMap((service) =>
          graph
            .ofType(clusterCapacityProviders)
            .filter(({ inputs }) => String(service.inputs.cluster).split('/').at(-1) === inputs.clusterName)
            .flatMap((node) => mustWait(graph, service, node, 'its cluster has no capacity providers without it')),
        ),
  }),
  graphRule({
    id: 'aws.order.scaling',
    refuses: 'Scaling of a service without waiting for it, and a policy without waiting for its target.',
    source: 'https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html',
    types: [scalingTarget, { token: 'aws:appautoscaling/policy:Policy' }],
    check: (graph) => [
      ...graph.ofType(scalingTarget).flatMap((target) =>
        graph
          .ofType(serviceHandle)
          .filter(({ outputs }) => String(outputs.arn).endsWith(`:${target.inputs.resourceId}`))
          .flatMap((service) => mustWait(graph, target, service, 'it scales that service')),
      ),
      ...graph.ofType({ token: 'aws:appautoscaling/policy:Policy' }).flatMap((policy) =>
        graph
          .ofType(scalingTarget)
          .filter(({ inputs }) => inputs.resourceId === policy.inputs.resourceId)
          .flatMap((target) => mustWait(graph, policy, target, 'it is a policy of that target')),
      ),
    ],
  }),
];

/** The target groups that a service registers its tasks in. */
function groupsOf({ inputs }: GraphNode): string[] {
  return textsIn(inputs.loadBalancers).filter((text) => text.includes(':targetgroup/'));
}

const usedByTasks = ['ecr.api', 'ecr.dkr', 'logs', 's3', 'secretsmanager'] as const;

/**
 * What leads out of its subnets: to the internet, or to endpoints in their VPC. Where both do, names lead to the endpoints
 * once they are there, and the service may wait for either.
 */
function waysOf(graph: Graph, service: GraphNode): GraphNode[] {
  const texts = new Set(textsIn(service.inputs));
  const homes = graph.ofType(subnet).filter(({ id }) => id !== undefined && texts.has(id));
  const vpcs = homes.map(({ inputs }) => inputs.vpcId);
  const associations = graph.ofType(routeTableAssociation).filter(({ inputs }) => texts.has(String(inputs.subnetId)));
  const tables = associations.map(({ inputs }) => inputs.routeTableId);
  const ownTables = graph.ofType(routeTable).filter(({ id }) => id !== undefined && tables.includes(id));
  const routes = graph.ofType(route).filter(({ inputs }) => tables.includes(inputs.routeTableId));
  const gateways = graph.ofType(natGateway).filter(({ id }) => routes.some((node) => mentions(node, id)));
  const ofService = (name: string) =>
    graph
      .ofType(vpcEndpoint)
      .filter(({ inputs }) => vpcs.includes(inputs.vpcId ?? null) && String(inputs.serviceName).endsWith(`.${name}`));
  const endpointRoutes = graph.ofType(endpointRoute).filter(({ inputs }) => tables.includes(inputs.routeTableId));

  const toTables = [...associations, ...ownTables];
  const toInternet = [...toTables, ...routes, ...gateways];
  const toEndpoints = [...toTables, ...usedByTasks.flatMap(ofService), ...endpointRoutes];
  const hasDefault = [...routes, ...ownTables].some((node) => mentions(node, '0.0.0.0/0'));
  if (!hasDefault) return [...toInternet, ...toEndpoints];
  const hasEndpoints = usedByTasks.every((name) => ofService(name).length > 0);
  const waitsForEndpoints = toEndpoints.every((node) => mustWait(graph, service, node, '').length === 0);
  return hasEndpoints && waitsForEndpoints ? [] : [...toInternet, ...endpointRoutes];
}
