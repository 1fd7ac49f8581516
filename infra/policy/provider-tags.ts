import { parseDocument, recordOf } from './read-inputs';

/**
 * The tags or labels that a provider adds to every resource, from its own inputs, which the engine keeps as JSON texts. AWS's
 * provider writes them into the inputs of each resource when it checks them; Google's adds them only when it calls the API.
 * Source: https://www.pulumi.com/registry/packages/aws/api-docs/provider/#defaulttags_nodejs
 */
export function readDefaultTags(provider: unknown): Record<string, string> {
  const { defaultTags, defaultLabels } = recordOf(provider);
  const tags = { ...recordOf(recordOf(parseDocument(defaultTags)).tags), ...recordOf(parseDocument(defaultLabels)) };
  return Object.fromEntries(Object.entries(tags).map(([name, value]) => [name, String(value)]));
}
