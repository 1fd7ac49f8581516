import type { Graph, GraphNode } from '../graph/graph';
import type { Value } from '../protocol/values';
import { type GraphFinding, graphRule } from '../rules';
import { serviceHandle } from './app-runner-deployment';
import { repositoryPolicy } from './ecr';
import { serviceHandle as ecsServiceHandle, expressServiceHandle } from './ecs-handles';
import { replicationGroup } from './elasticache';
import { role, rolePolicy, rolePolicyAttachment } from './iam';
import { invocation, lambdaFunction } from './lambda';
import { clusterInstance } from './rds-cluster-instance';
import { instance } from './rds-instance';
import { schedule } from './scheduler';
import { secretVersion } from './secrets';
import { egressRule, ingressRule, securityGroupRule } from './security-groups';

/**
 * What must wait for what. The engine works at many things at once: without a dependency it only happens to go well, and at a
 * destroy, which goes the other way round, what is still needed goes first.
 */
const policies = [rolePolicy, rolePolicyAttachment];
/** What runs an image all the time. */
const services = [serviceHandle, expressServiceHandle, ecsServiceHandle];
const groupRules = [ingressRule, egressRule, securityGroupRule];

/** Every text in a value, at any depth. */
export function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}

/** Whether an input of this node, at any depth, is or holds this text; not as the beginning of a longer name. */
export function mentions({ inputs }: GraphNode, text: unknown): boolean {
  if (typeof text !== 'string' || text === '') return false;
  const endsAfter = (rest: string) => !/^[\w-]/.test(rest);
  return textsIn(inputs).some((found) => found.split(text).slice(1).some(endsAfter));
}

/**
 * A service with all that it is made of among its inputs: a service of ECS names its image, secrets and roles in a task
 * definition, whose containers are JSON.
 */
function servicesOf(graph: Graph): GraphNode[] {
  return nodesOf(graph, services).map((node) => {
    const definition = graph
      .ofType({ token: 'aws:ecs/taskDefinition:TaskDefinition' })
      .find(({ outputs }) => mentions(node, outputs.arn));
    if (node.type !== ecsServiceHandle.token || !definition) return node;
    const { containerDefinitions, ...rest } = definition.inputs;
    return { ...node, inputs: { ...node.inputs, task: rest, containers: parseJson(containerDefinitions) } };
  });
}

/** Null of what is no JSON, as a secret that the graph does not show. */
function parseJson(text: unknown): Value {
  try {
    const parsed: Value = JSON.parse(String(text));
    return parsed;
  } catch {
    return null;
  }
}

/** All nodes of these types. */
export function nodesOf(graph: Graph, types: readonly { token: string }[]): GraphNode[] {
  return types.flatMap((type) => graph.ofType(type));
}

/** A finding unless one waits for the other. */
export function mustWait(graph: Graph, from: GraphNode, to: GraphNode, why: string): GraphFinding[] {
  return from.urn === to.urn || graph.dependsOn(from, to)
    ? []
    : [{ urn: from.urn, message: `${from.name} must wait for ${to.name} (dependsOn): ${why}` }];
}

/** The security groups that something is in: those it names, or those of the connector it names. */
function groupsOf(graph: Graph, node: GraphNode): string[] {
  const connector = nodesOf(graph, [{ token: 'aws:apprunner/vpcConnector:VpcConnector' }]).find(({ outputs }) =>
    mentions(node, outputs.arn),
  );
  return [node, ...(connector ? [connector] : [])].flatMap(({ inputs }) =>
    textsIn(inputs).filter((text) => /^sg-[0-9a-f]+$/.test(text)),
  );
}

/** Rules of groups through which something connects to others, and the groups at their other end. */
function pathsOf(graph: Graph, node: GraphNode): { rules: GraphNode[]; peers: Set<string> } {
  const own = new Set(groupsOf(graph, node));
  const rules = nodesOf(graph, groupRules).filter((rule) => textsIn(rule.inputs).some((text) => own.has(text)));
  const peers = rules.flatMap((rule) => textsIn(rule.inputs).filter((text) => /^sg-/.test(text) && !own.has(text)));
  return { rules, peers: new Set(peers) };
}

/** Databases and caches in these groups; of a cluster, its instances. */
function storesIn(graph: Graph, groups: ReadonlySet<string>): GraphNode[] {
  const inGroups = (node: GraphNode) => textsIn(node.inputs).some((text) => groups.has(text));
  const clusters = graph.ofType({ token: 'aws:rds/cluster:Cluster' }).filter(inGroups);
  return [
    ...nodesOf(graph, [instance, replicationGroup]).filter(inGroups),
    ...graph.ofType(clusterInstance).filter(({ inputs }) => clusters.some(({ id }) => id === inputs.clusterIdentifier)),
  ];
}

function invokedFunction(graph: Graph, call: GraphNode): GraphNode | undefined {
  return graph
    .ofType(lambdaFunction)
    .find(({ outputs }) => [outputs.name, outputs.arn].includes(call.inputs.functionName ?? ''));
}

function digestIn(node: GraphNode): string | undefined {
  return textsIn(node.inputs)
    .map((text) => /@(sha256:[0-9a-f]{64})$/.exec(text)?.[1])
    .find((digest) => digest !== undefined);
}

export const orderRules = [
  graphRule({
    id: 'aws.order.role-policies',
    refuses:
      'What takes on a role without waiting for its policies: at first it may do nothing, at a destroy nothing any more.',
    source:
      'https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency',
    types: [serviceHandle, ecsServiceHandle, lambdaFunction, schedule],
    check: (graph) =>
      [
        // An Express service has a rule of its own for it.
        ...servicesOf(graph).filter(({ type }) => type !== expressServiceHandle.token),
        ...nodesOf(graph, [lambdaFunction, schedule]),
      ].flatMap((user) =>
        graph
          .ofType(role)
          .filter(({ outputs }) => mentions(user, outputs.arn))
          .flatMap(({ outputs }) =>
            nodesOf(graph, policies)
              .filter(({ inputs }) => inputs.role === outputs.name)
              .flatMap((policy) => mustWait(graph, user, policy, 'its role may do nothing without that policy')),
          ),
      ),
  }),
  graphRule({
    id: 'aws.order.secret-version',
    refuses: 'A service that reads a secret without waiting for its value.',
    source: 'https://docs.aws.amazon.com/apprunner/latest/dg/env-variable.html',
    types: services,
    check: (graph) =>
      servicesOf(graph).flatMap((service) =>
        graph
          .ofType(secretVersion)
          .filter(({ outputs }) => mentions(service, outputs.secretArn))
          .flatMap((version) => mustWait(graph, service, version, 'it reads that value')),
      ),
  }),
  graphRule({
    id: 'aws.order.repository-policy',
    refuses: 'A function of an image without waiting for the policy that lets Lambda pull it.',
    source: 'https://docs.aws.amazon.com/lambda/latest/dg/images-create.html#gettingstarted-images-permissions',
    types: [lambdaFunction],
    check: (graph) =>
      graph.ofType(lambdaFunction).flatMap((user) =>
        graph
          .ofType(repositoryPolicy)
          .filter(
            ({ inputs }) =>
              typeof inputs.repository === 'string' && String(user.inputs.imageUri).includes(`/${inputs.repository}@`),
          )
          .flatMap((policy) => mustWait(graph, user, policy, 'Lambda may not pull the image without it')),
      ),
  }),
  graphRule({
    id: 'aws.order.network-path',
    refuses:
      'What opens connections at its start without waiting for the rules of its security groups and the stores behind them.',
    source: 'https://docs.aws.amazon.com/apprunner/latest/dg/network-vpc.html',
    types: [...services, invocation],
    check: (graph) => [
      ...servicesOf(graph).flatMap((service) => waitForPath(graph, service, service)),
      ...graph.ofType(invocation).flatMap((call) => {
        const target = invokedFunction(graph, call);
        return target ? waitForPath(graph, call, target) : [];
      }),
    ],
  }),
  graphRule({
    id: 'aws.order.migration',
    refuses: 'A service that does not wait for the invocation of its own image that works on its database.',
    source: 'https://docs.aws.amazon.com/lambda/latest/dg/invocation-sync.html',
    types: [...services, invocation],
    check: (graph) =>
      servicesOf(graph).flatMap((service) => {
        const digest = digestIn(service);
        const stores = storesIn(graph, pathsOf(graph, service).peers);
        return graph.ofType(invocation).flatMap((call) => {
          const target = invokedFunction(graph, call);
          if (!target || digest === undefined || digestIn(target) !== digest) return [];
          const isShared = storesIn(graph, pathsOf(graph, target).peers).some((store) => stores.includes(store));
          return isShared ? mustWait(graph, service, call, 'it prepares the database for the same image') : [];
        });
      }),
  }),
];

function waitForPath(graph: Graph, from: GraphNode, connected: GraphNode): GraphFinding[] {
  const { rules, peers } = pathsOf(graph, connected);
  return [
    ...rules.flatMap((rule) => mustWait(graph, from, rule, 'it connects through that rule')),
    ...storesIn(graph, peers).flatMap((store) => mustWait(graph, from, store, 'it connects to that store')),
  ];
}
