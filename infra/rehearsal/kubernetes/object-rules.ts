import { getAt } from '../operations/at-path';
import { type Bag, isBag, isEqual, type Value } from '../protocol/values';
import { findShapeProblems } from './api-shapes';
import { findKind } from './kinds';
import { invalid, nameOf, objectRule } from './object-rule';

const names = 'https://kubernetes.io/docs/concepts/overview/working-with-objects/names/';
const labels = 'https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set';
const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
/** Names that become host names, or labels of pods. */
const shortNamed = ['Namespace', 'Service', 'Job'];

/** What the API server refuses of any object. */
export const objectRules = [
  objectRule({
    id: 'kubernetes.object.kind',
    refuses: 'A kind that the cluster does not know: nothing has installed it.',
    source: 'https://kubernetes.io/docs/concepts/extend-kubernetes/api-extension/custom-resources/',
    check: (object, { host }) => {
      const known = findKind(object);
      const isThere = known && (!known.spec || host.addedApis().includes(object.apiVersion));
      return isThere
        ? undefined
        : `resource mapping not found for name: "${object.metadata.name}": no matches for kind "${object.kind}" in version "${object.apiVersion}": ensure CRDs are installed first${known ? '' : '; or it is not simulated'}`;
    },
  }),
  objectRule({
    id: 'kubernetes.object.shape',
    refuses: 'A field that the API does not know, is of another type, or is missing.',
    source:
      'https://kubernetes.io/docs/reference/using-api/api-concepts/#validation-for-unrecognized-or-duplicate-fields',
    check: (object) => {
      const { namespace: _, ...metadata } = object.metadata;
      const manifest = { ...object, metadata } as unknown as Bag & { apiVersion: string; kind: string };
      return findShapeProblems(manifest).map((problem) => `error validating data: ${problem} (${nameOf(object)})`);
    },
  }),
  objectRule({
    id: 'kubernetes.object.name',
    refuses:
      'A name other than small letters, digits, hyphens and dots, or longer than 253 (63 where it is a host name).',
    source: names,
    check: (object) => {
      const { name } = object.metadata;
      const isShort = shortNamed.includes(object.kind);
      const isRight = isShort ? label.test(name) && name.length <= 63 : subdomain.test(name) && name.length <= 253;
      if (isRight) return undefined;
      return invalid(
        object,
        'metadata.name',
        isShort
          ? `"${name}": must be no more than 63 characters, a lowercase RFC 1123 label of alphanumeric characters or '-'`
          : `"${name}": must be no more than 253 characters, a lowercase RFC 1123 subdomain of alphanumeric characters, '-' or '.'`,
      );
    },
  }),
  objectRule({
    id: 'kubernetes.object.label',
    refuses: 'A label whose value is longer than 63 characters or has others than letters, digits and _.-.',
    source: labels,
    check: (object) =>
      Object.entries(object.metadata.labels ?? {})
        .filter(([, value]) => !/^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/.test(value) || value.length > 63)
        .map(([name]) =>
          invalid(
            object,
            `metadata.labels["${name}"]`,
            'a valid label must be at most 63 alphanumeric characters, -, _ or .',
          ),
        ),
  }),
  objectRule({
    id: 'kubernetes.object.namespace',
    refuses: 'An object in a namespace that does not exist.',
    source: 'https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/',
    check: (object, { hasNamespace }) => {
      const { namespace } = object.metadata;
      return namespace === undefined || hasNamespace(namespace) ? undefined : `namespaces "${namespace}" not found`;
    },
  }),
  objectRule({
    id: 'kubernetes.object.immutable',
    refuses: 'A change of a field that never changes: the selector of a Deployment, the template of a Job, an address.',
    source: 'https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#label-selector-updates',
    check: (object, { before, isHook }) => {
      const old = isHook(object) ? undefined : before(object);
      if (!old) return undefined;
      return (findKind(object)?.immutable ?? [])
        .filter((path) => {
          const [was, is] = [getAt(old as Bag, path), getAt(object as Bag, path)];
          // What the API server filled in may be left out.
          return is !== undefined && was !== undefined && !isEqual(plain(was), plain(is));
        })
        .map(
          (path) =>
            `cannot patch "${object.metadata.name}" with kind ${object.kind}: ${invalid(object, path, 'field is immutable')}`,
        );
    },
  }),
  objectRule({
    id: 'kubernetes.object.stranger',
    refuses: 'A release with an object that is there already and not its own.',
    source: 'https://helm.sh/docs/topics/advanced/#managing-resource-ownership',
    check: (object, { before, releaseName, isHook }) => {
      const old = before(object);
      if (releaseName === undefined || isHook(object) || !old) return undefined;
      return old.metadata.annotations?.['meta.helm.sh/release-name'] === releaseName
        ? undefined
        : `Unable to continue with install: ${object.kind} "${object.metadata.name}" in namespace "${object.metadata.namespace ?? ''}" exists and cannot be imported into the current release: invalid ownership metadata`;
    },
  }),
  objectRule({
    id: 'kubernetes.object.plain-secret',
    refuses: 'A Secret whose values the program holds in plain: they are in the state for all who read it.',
    source: 'https://www.pulumi.com/docs/iac/concepts/secrets/',
    kinds: ['Secret'],
    check: (object, { isSecret }) => {
      const held = ['data', 'stringData'].flatMap((field) => {
        const values = (object as Bag)[field];
        return isBag(values ?? null) ? Object.keys(values as Bag).map((key) => `${field}.${key}`) : [];
      });
      return held
        .filter((path) => !isSecret(path))
        .map((path) => `${nameOf(object)}: ${path} must be a secret of Pulumi`);
    },
  }),
];

function plain(value: Value): Value {
  return JSON.parse(JSON.stringify(value)) as Value;
}
