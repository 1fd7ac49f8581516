import { hiddenSecret, type PolicyResource } from './policy-resource';
import type { Finding, PolicyRule } from './policy-rule';
import { readPath, recordOf, recordsOf } from './read-inputs';
import { dockerLabelled, googleLabelled, taggedByAws } from './tagged-types';

/** Whose it is, and what made it: without them nobody knows which bill, and which sweep, a resource belongs to. */
const required = ['project', 'stack', 'managed-by'] as const;

/** What nobody could assign to a stack. Tags and labels that the provider adds count. */
export const missingTags: readonly PolicyRule[] = [
  {
    id: 'aws-tagged',
    forbids: `Every resource must have the tags ${required.join(', ')}.`,
    source: 'https://docs.aws.amazon.com/whitepapers/latest/tagging-best-practices/tagging-best-practices.html',
    level: 'mandatory',
    types: taggedByAws,
    check: (resource) =>
      findMissing(resource, 'tags', { ...recordOf(resource.inputs.tagsAll), ...recordOf(resource.inputs.tags) }),
  },
  {
    id: 'gcp-labelled',
    forbids: `Every resource must have the labels ${required.join(', ')}.`,
    source: 'https://cloud.google.com/resource-manager/docs/labels-overview',
    level: 'mandatory',
    types: Object.keys(googleLabelled),
    check: (resource) => {
      const property = googleLabelled[resource.type] ?? 'labels';
      // The provider's default labels reach `labels` only.
      const defaultTags = property === 'labels' ? resource.defaultTags : {};
      return findMissing({ ...resource, defaultTags }, property, recordOf(readPath(resource.inputs, property)));
    },
  },
  {
    id: 'docker-labelled',
    forbids: `Every container, network and volume must have the labels ${required.join(', ')}.`,
    source: 'https://docs.docker.com/engine/manage-resources/labels/',
    level: 'mandatory',
    types: dockerLabelled,
    check: (resource) => {
      const { labels } = resource.inputs;
      if (labels === hiddenSecret) return [];
      const given = recordsOf(labels).map(({ label, value }) => [String(label), value]);
      return findMissing(resource, 'labels', Object.fromEntries(given));
    },
  },
];

function findMissing(
  { defaultTags }: PolicyResource,
  property: string,
  given: Readonly<Record<string, unknown>>,
): Finding[] {
  const missing = required.filter((tag) => !(given[tag] ?? defaultTags[tag]));
  return missing.length === 0 ? [] : [{ property, must: `have ${missing.join(', ')}` }];
}
