import type { MockedResource } from '../testing/mock-clouds';
import { awsParts } from './parts-aws';
import { dockerParts } from './parts-docker';
import { gcpParts } from './parts-gcp';

/** What a picture is made of, with the heading of each. */
export const groups = {
  front: 'Front',
  service: 'Service',
  registry: 'Image',
  migration: 'Migration',
  stores: 'Stores',
  secrets: 'Secrets',
  network: 'Network',
  permissions: 'Who may do what',
  logs: 'Logs',
  alarms: 'Alarms',
} as const;

export type GroupName = keyof typeof groups;

/** By group: what a reader calls a resource, by its type, or by `type name` where the type is used for several things. */
export type Parts = Partial<Record<GroupName, Record<string, string>>>;

export type Part = { group: GroupName; label: string };

const sharedParts: Parts = {
  registry: { 'docker-build:index:Image': 'Image, built once' },
  secrets: { 'random:index/randomPassword:RandomPassword': 'Generated password' },
};

/** What the program keeps for itself: nothing of it runs anywhere. */
const hidden = /^(pulumi:|taproom:|random:index\/randomId:)/;

const known = new Map<string, Part>(
  [sharedParts, awsParts, gcpParts, dockerParts].flatMap((parts) =>
    (Object.entries(parts) as [GroupName, Record<string, string>][]).flatMap(([group, types]) =>
      Object.entries(types).map(([type, label]): [string, Part] => [type, { group, label }]),
    ),
  ),
);

/** Where a resource stands in a picture; undefined: nowhere. Throws for a type that no group knows. */
export function findPart({ type, name }: Pick<MockedResource, 'type' | 'name'>): Part | undefined {
  if (hidden.test(type)) return undefined;
  const part = known.get(`${type} ${name}`) ?? known.get(type);
  if (part === undefined) {
    throw new Error(
      `no group of the pictures knows ${type} (${name}): add it to infra/docs/parts-${type.split(':')[0]}.ts`,
    );
  }
  return part;
}

/** In the order in which the groups list them. */
export const labelOrder: readonly string[] = [...known.values()].map(({ label }) => label);
