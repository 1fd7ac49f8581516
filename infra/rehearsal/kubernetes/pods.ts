import { type Cloud, table } from '../cloud/cloud';
import type { Container } from '../runtime/runtime';
import type { ClusterHost, Node } from './cluster';
import type { PodProblem } from './pod-problem';
import type { PodSpec, PodTemplate } from './pod-spec';
import { parseQuantity } from './quantities';

export type Pod = {
  readonly name: string;
  readonly namespace: string;
  /** Key of the object that made it, and which of its templates. */
  readonly owner: string;
  readonly revision: string;
  readonly template: PodTemplate;
  readonly node: string;
  /** In the template's order; none for a replica beyond those that really run. */
  containers: readonly Container[];
  /** Names of the Secrets that its volumes brought. */
  readonly secrets: readonly string[];
  isReady: boolean;
};

const pods = table<{ server: string; pod: Pod }>('kubernetes pods');

const keyOf = (server: string, { namespace, name }: Pick<Pod, 'namespace' | 'name'>) =>
  `${server} ${namespace}/${name}`;

export function listPods(cloud: Cloud, server: string, owner?: string): Pod[] {
  return [...cloud.table(pods).values()]
    .filter((entry) => entry.server === server && (owner === undefined || entry.pod.owner === owner))
    .map(({ pod }) => pod);
}

export function addPod(cloud: Cloud, server: string, pod: Pod): void {
  cloud.table(pods).set(keyOf(server, pod), { server, pod });
}

export function dropPod(cloud: Cloud, server: string, pod: Pod): void {
  cloud.table(pods).delete(keyOf(server, pod));
}

export type Need = { cpuMillis: number; memoryMiB: number };

/** What the scheduler keeps free for a pod: its requests, or its limits where it has no requests. */
export function needOf({ containers }: PodSpec): Need {
  const sum = (name: string) =>
    containers
      .map(({ resources = {} }) => resources.requests?.[name] ?? resources.limits?.[name] ?? 0)
      .reduce<number>((total, quantity) => total + (parseQuantity(quantity) ?? 0), 0);
  return { cpuMillis: sum('cpu') * 1_000, memoryMiB: sum('memory') / 2 ** 20 };
}

type PlaceRequest = {
  spec: PodSpec;
  /** Pods that are to come before it. */
  beside?: readonly { node: string; spec: PodSpec }[];
  /** Default: all that are there. */
  pods?: readonly Pod[];
};

/** The node for one more pod, or the scheduler's words where there is none. */
export function findNode(
  cloud: Cloud,
  host: ClusterHost,
  { spec, beside = [], pods: running = listPods(cloud, host.server) }: PlaceRequest,
): { node: string } | PodProblem {
  const placed = [...running.map(({ node, template }) => ({ node, spec: template.spec })), ...beside];
  const onDemand = host.nodeOnDemand();
  const own = host.nodes();
  const made = [...new Set(placed.map(({ node }) => node))].filter((name) => !own.some((node) => node.name === name));
  const nodes = [...own, ...(onDemand ? made.map((name) => ({ ...onDemand, name })) : [])];
  const need = needOf(spec);
  const reasons = nodes.map((node) => lacks(node, need, placed));
  const free = nodes.find((_, index) => reasons[index] === undefined);
  if (free) return { node: free.name };
  const fresh = onDemand && { ...onDemand, name: `node-${nodes.length + 1}` };
  if (fresh && lacks(fresh, need, []) === undefined) return { node: fresh.name };
  const counted = [...new Set(reasons)].map(
    (reason) => `${reasons.filter((other) => other === reason).length} ${reason}`,
  );
  return {
    problem: 'unschedulable',
    why:
      nodes.length === 0 && !fresh
        ? 'no nodes available to schedule pods'
        : `0/${nodes.length} nodes are available: ${counted.join(', ')}. A pod asks for ${need.cpuMillis}m CPU and ${Math.ceil(need.memoryMiB)}Mi memory.`,
  };
}

function lacks(node: Node, need: Need, placed: readonly { node: string; spec: PodSpec }[]): string | undefined {
  const here = placed.filter((pod) => pod.node === node.name).map(({ spec }) => needOf(spec));
  const used = (key: keyof Need) => here.reduce((sum, pod) => sum + pod[key], 0);
  if (here.length + 1 > node.pods) return 'Too many pods';
  if (used('cpuMillis') + need.cpuMillis > node.cpuMillis) return 'Insufficient cpu';
  return used('memoryMiB') + need.memoryMiB > node.memoryMiB ? 'Insufficient memory' : undefined;
}
