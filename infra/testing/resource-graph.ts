import { type MockedResource, Secret } from './mock-clouds';

/** The one resource of a type (and name). Throws when there is none, or several. */
export function getResource(resources: readonly MockedResource[], type: string, name?: string): MockedResource {
  const found = resources.filter(
    (resource) => resource.type === type && (name === undefined || resource.name === name),
  );
  const [only] = found;
  if (only === undefined || found.length > 1) throw new Error(`${found.length} resources are ${type} ${name ?? ''}`);
  return only;
}

/** Whether one resource waits for the other, directly or through others. */
export function waitsFor(
  resources: readonly MockedResource[],
  later: MockedResource,
  earlier: MockedResource,
): boolean {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const seen = new Set<string>();
  const visit = (urn: string): boolean => {
    if (urn === earlier.urn) return true;
    if (seen.has(urn)) return false;
    seen.add(urn);
    return byUrn.get(urn)?.options.dependencies.some(visit) ?? false;
  };
  return later.options.dependencies.some(visit);
}

/** Every text in the inputs, without those that Pulumi keeps encrypted. */
export function plainTexts(value: unknown): string[] {
  if (value instanceof Secret) return [];
  if (Array.isArray(value)) return value.flatMap(plainTexts);
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(plainTexts);
  return typeof value === 'string' ? [value] : [];
}
