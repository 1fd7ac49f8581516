import { type MockedResource, Secret } from '../../testing/mock-clouds';
import { hiddenSecret, type PolicyStack } from '../policy-resource';
import { stackOfGraph } from '../stack-of-graph';

/** What a program created under mocks, as the rules see it. */
export function stackOfMocks(resources: readonly MockedResource[], isProtected: boolean): PolicyStack {
  const nodes = resources.map(({ urn, type, name, inputs, options: { provider, protect } }) => ({
    urn,
    type,
    name,
    custom: !type.startsWith('taproom:'),
    inputs: hideSecrets(inputs) as Record<string, unknown>,
    protect,
    provider: provider.split('::').slice(0, -1).join('::'),
  }));
  return stackOfGraph(nodes, isProtected);
}

function hideSecrets(value: unknown): unknown {
  if (value instanceof Secret) return hiddenSecret;
  if (Array.isArray(value)) return value.map(hideSecrets);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, hideSecrets(entry)]));
}
