import { type Bag, isBag, type Value } from '../protocol/values';

/** A resource of the stack, as `pulumi stack export` has it. Secrets are shown as `[secret]`. */
export type GraphNode = {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly id?: string;
  readonly custom: boolean;
  readonly inputs: Bag;
  readonly outputs: Bag;
  readonly parent?: string;
  /** The URN of its provider, where it has one. */
  readonly provider?: string;
  /** Against deletion, by the engine. */
  readonly protect: boolean;
  readonly deletedWith?: string;
  readonly dependencies: readonly string[];
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
};

export type Graph = {
  readonly nodes: readonly GraphNode[];
  ofType(type: { token: string }): GraphNode[];
  find(urn: string): GraphNode | undefined;
  /** Whether `from` is created only after `to`, directly or by others in between (a child waits for its parent). */
  dependsOn(from: GraphNode, to: GraphNode): boolean;
};

/** Parses the JSON that `pulumi stack export` prints. Throws when it is something else. */
export function parseGraph(exported: unknown): Graph {
  const resources =
    isRecord(exported) && isRecord(exported.deployment) ? (exported.deployment.resources ?? []) : undefined;
  if (!Array.isArray(resources)) throw new TypeError('this is no output of pulumi stack export');
  const nodes = resources.filter((item) => isRecord(item) && item.delete !== true).map(parseNode);
  const byUrn = new Map(nodes.map((node) => [node.urn, node]));
  const reached = new Map<string, Set<string>>();

  function reach(urn: string): Set<string> {
    const known = reached.get(urn);
    if (known) return known;
    const found = new Set<string>();
    reached.set(urn, found);
    const node = byUrn.get(urn);
    for (const next of [...(node?.dependencies ?? []), ...(node?.parent ? [node.parent] : [])]) {
      found.add(next);
      for (const further of reach(next)) found.add(further);
    }
    return found;
  }

  return {
    nodes,
    ofType: (type) => nodes.filter((node) => node.type === type.token),
    find: (urn) => byUrn.get(urn),
    dependsOn: (from, to) => reach(from.urn).has(to.urn),
  };
}

function parseNode(item: Record<string, unknown>): GraphNode {
  const urn = String(item.urn);
  const propertyDependencies = isRecord(item.propertyDependencies) ? item.propertyDependencies : {};
  return {
    urn,
    type: String(item.type),
    name: urn.split('::').slice(3).join('::'),
    ...(typeof item.id === 'string' && { id: item.id }),
    custom: item.custom === true,
    inputs: parseBag(item.inputs),
    outputs: parseBag(item.outputs),
    ...(typeof item.parent === 'string' && { parent: item.parent }),
    // The reference is the URN and the provider's id.
    ...(typeof item.provider === 'string' && { provider: item.provider.split('::').slice(0, -1).join('::') }),
    protect: item.protect === true,
    ...(typeof item.deletedWith === 'string' && { deletedWith: item.deletedWith }),
    dependencies: strings(item.dependencies),
    propertyDependencies: Object.fromEntries(
      Object.entries(propertyDependencies).map(([property, urns]) => [property, strings(urns)]),
    ),
  };
}

const signature = '4dabf18193072939515e22adb298388d';
const secretSignature = '1b47061264138c4ac30d75fd1eb44270';

function parseBag(value: unknown): Bag {
  const parsed = hideSecrets(value);
  return isBag(parsed) ? parsed : {};
}

function hideSecrets(value: unknown): Value {
  if (Array.isArray(value)) return value.map(hideSecrets);
  if (isRecord(value)) {
    if (value[signature] === secretSignature) return '[secret]';
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, hideSecrets(item)]));
  }
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
