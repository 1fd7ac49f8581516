import type { Graph, GraphNode } from '../graph/graph';
import { type Bag, isBag } from '../protocol/values';
import { type GraphFinding, graphRule } from '../rules';
import { expressServiceHandle as service } from './ecs-handles';
import { role, rolePolicy, rolePolicyAttachment } from './iam';
import { route, routeTableAssociation } from './routes';

/** What ECS takes, and is still a mistake of the program. */
export const programRules = [
  graphRule({
    id: 'aws.ecs-express.role-policies',
    refuses:
      'A service that does not wait for the policies of its roles: at a destroy they go first, and it stays in DRAINING for ever.',
    source: 'https://www.pulumi.com/registry/packages/aws/api-docs/ecs/expressgatewayservice/',
    types: [service],
    check: (graph) =>
      graph.ofType(service).flatMap((user) => {
        const { executionRoleArn, infrastructureRoleArn, taskRoleArn } = user.inputs;
        const arns = [executionRoleArn, infrastructureRoleArn, taskRoleArn];
        const names = graph
          .ofType(role)
          .filter(({ outputs }) => arns.includes(outputs.arn ?? ''))
          .map(({ outputs }) => outputs.name);
        return [...graph.ofType(rolePolicy), ...graph.ofType(rolePolicyAttachment)]
          .filter(({ inputs }) => names.includes(inputs.role ?? ''))
          .flatMap((policy) => mustWait(graph, user, policy));
      }),
  }),
  graphRule({
    id: 'aws.ecs-express.way-to-subnets',
    refuses: 'A service that does not wait for the routes of its subnets: they decide whether it faces the internet.',
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/express-service-work.html',
    types: [service],
    check: (graph) =>
      graph.ofType(service).flatMap((user) => {
        const subnets = bagsOf(user.inputs.networkConfigurations).flatMap(({ subnets: ids }) => ids ?? []);
        const associations = graph
          .ofType(routeTableAssociation)
          .filter(({ inputs }) => subnets.flat().includes(inputs.subnetId ?? ''));
        const tables = associations.map(({ inputs }) => inputs.routeTableId);
        const routes = graph.ofType(route).filter(({ inputs }) => tables.includes(inputs.routeTableId));
        return [...associations, ...routes].flatMap((way) => mustWait(graph, user, way));
      }),
  }),
  graphRule({
    id: 'aws.policy.ecs-express-steady-state',
    refuses: 'A service whose deployment nobody waits for: a roll-back is then a success.',
    source: 'https://www.pulumi.com/registry/packages/aws/api-docs/ecs/expressgatewayservice/',
    types: [service],
    check: (graph) =>
      graph
        .ofType(service)
        .filter(({ inputs }) => inputs.waitForSteadyState !== true)
        .map(({ urn, name }) => ({ urn, message: `${name}: waitForSteadyState must be true` })),
  }),
  graphRule({
    id: 'aws.ecs-express.secret-in-plain',
    refuses: 'A secret as a plain variable: everyone who may describe the service reads it.',
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/express-service-best-practices.html',
    types: [service],
    check: (graph) =>
      graph.ofType(service).flatMap(({ urn, name, inputs }) => {
        const { environments } = isBag(inputs.primaryContainer) ? inputs.primaryContainer : {};
        if (environments === '[secret]') return [{ urn, message: `${name}: environments hold a secret` }];
        return bagsOf(environments)
          .filter(({ value }) => value === '[secret]')
          .map(({ name: variable }) => ({
            urn,
            message: `${name}: ${variable} must be among primaryContainer.secrets`,
          }));
      }),
  }),
];

function bagsOf(value: unknown): Bag[] {
  return Array.isArray(value) ? value.filter(isBag) : [];
}

function mustWait(graph: Graph, from: GraphNode, to: GraphNode): GraphFinding[] {
  return graph.dependsOn(from, to)
    ? []
    : [{ urn: from.urn, message: `${from.name} must wait for ${to.name} (dependsOn)` }];
}
