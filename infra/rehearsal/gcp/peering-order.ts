import type { GraphNode } from '../graph/graph';
import { isBag } from '../protocol/values';
import { graphRule, type Rule } from '../rules';
import { shortName } from './declare';
import { connection } from './service-networking';

/** A store on a private address must wait for the peering through which it gets one. `networkOf` reads a store's inputs. */
export function peeringOrderRule(rule: {
  id: string;
  source: string;
  type: { token: string };
  networkOf(node: GraphNode): string | undefined;
}): Rule {
  const { id, source, type, networkOf } = rule;
  return graphRule({
    id,
    refuses: "A store on a private address that does not wait for its network's peering with Google's services.",
    source,
    types: [type],
    check: (graph) =>
      graph.ofType(type).flatMap((store) => {
        const network = networkOf(store);
        const peering = graph
          .ofType(connection)
          .find(({ inputs }) => network !== undefined && shortName(String(inputs.network)) === shortName(network));
        if (!peering || graph.dependsOn(store, peering)) return [];
        return [
          {
            urn: store.urn,
            message: `"${store.name}" must depend on "${peering.name}": without it Google refuses it whenever the peering is slower`,
          },
        ];
      }),
  });
}

/** The text at a path of a node's inputs. */
export function textAt(node: GraphNode, ...path: readonly string[]): string | undefined {
  let value: unknown = node.inputs;
  for (const key of path) value = isBag(value as never) ? (value as Record<string, unknown>)[key] : undefined;
  return typeof value === 'string' ? value : undefined;
}
