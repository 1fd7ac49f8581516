import { FailedInPlace, Refusal } from '../cloud/refusal';
import type { Lifecycle, ResourceSpec, ResourceType } from '../declare';
import { type Bag, isBag, type Value } from '../protocol/values';
import { judgeOperation } from '../rules';
import { applyObject, keepObject, removeObject } from './apply-object';
import { connect, serverOf } from './cluster';
import { customTypings, type Kind, kinds, tokenOf } from './kinds';
import { findObject, idOf, type KubeObject, parseObject } from './objects';
import { podRules } from './pod-rules';
import type { Session } from './session';

/** Fields beside metadata that some kinds have: the API leaves them out where they are not given. */
const optionalOutputs = [
  'automountServiceAccountToken',
  'binaryData',
  'data',
  'imagePullSecrets',
  'immutable',
  'roleRef',
  'rules',
  'secrets',
  'spec',
  'status',
  'stringData',
  'subjects',
  'type',
];

/** One type for each kind: an object that a program makes, brought into the cluster as one of a chart is. */
export const objectTypes: readonly ResourceType<unknown, unknown>[] = kinds.map(declareKind);

function declareKind(kind: Kind): ResourceType<unknown, unknown> {
  const typings = customTypings(kind);
  const { apiVersion, namespaced, immutable = [] } = kind;
  const at = { apiVersion, kind: kind.kind };
  const spec: ResourceSpec<Bag, Bag> = {
    token: tokenOf(kind),
    ...(typings && { typings }),
    naming: { property: 'metadata.name', prefixProperty: 'metadata.generateName', maxLength: 63 },
    defaults: at,
    replaceOn: ['metadata.name', ...(namespaced ? ['metadata.namespace'] : []), ...immutable],
    empty: optionalOutputs,
    seconds: { create: 5, update: 5, delete: 5 },
    id: ({ inputs, config }) => idOf(parseObject(inputs, namespaceOf(config))),
    outputs: ({ previous }) => (previous?.status === undefined ? {} : { status: previous.status }),
    unique: ({ inputs, config }) => `${serverOf(config)} ${idOf(parseObject(inputs, namespaceOf(config)))}`,
    exists: ({ inputs }) =>
      `resource "${metadataOf(inputs).name}" was not successfully created by the Kubernetes API server: ${kind.kind} "${metadataOf(inputs).name}" already exists`,
    create: async (lifecycle) => bring(lifecycle),
    update: async (lifecycle) => bring(lifecycle),
    delete: async ({ entity, cloud, config, signal }): Promise<'gone'> => {
      const connection = connect(cloud, config);
      if ('why' in connection) return 'gone';
      const object = findObject(cloud, connection.host.server, { ...at, id: entity.id });
      if (object) await removeObject({ cloud, host: connection.host, signal }, object);
      return 'gone';
    },
    read: ({ entity, cloud, config }) => {
      const object = findObject(cloud, serverOf(config), { ...at, id: entity.id });
      if (object) entity.outputs = { ...entity.outputs, ...answerOf(object) };
    },
    lookUp: ({ id, cloud, config }) => {
      const object = findObject(cloud, serverOf(config), { ...at, id });
      return object && { inputs: {}, outputs: answerOf(object) };
    },
  };
  return { token: spec.token, spec };
}

async function bring(lifecycle: Lifecycle<Bag, Bag>): Promise<void> {
  const { entity, inputs, cloud, config, signal } = lifecycle;
  const connection = connect(cloud, config);
  if ('why' in connection) throw new Refusal(connection.why);
  const session: Session = { cloud, host: connection.host, signal };
  const object = parseObject(inputs, connection.namespace);
  const problems = await judgeOperation(podRules, lifecycle);
  if (problems.length > 0) keepObject(session, object);
  const why = problems.length > 0 ? problems.join('\n  * ') : await applyObject(session, object);
  const kept = findObject(cloud, session.host.server, { ...object, id: idOf(object) });
  entity.outputs = { ...entity.outputs, ...answerOf(kept ?? object) };
  if (why === undefined || object.metadata.annotations?.['pulumi.com/skipAwait'] === 'true') return;
  throw new FailedInPlace(
    [
      `the Kubernetes API server reported that "${idOf(object)}" failed to fully initialize or become live: '${object.metadata.name}' timed out waiting to be Ready`,
      ...(object.kind === 'Ingress'
        ? ['Ingress .status.loadBalancer field was not updated with a hostname/IP address.']
        : []),
      why,
    ].join('\n  * '),
  );
}

/** What the API server tells back of an object. */
function answerOf(object: KubeObject): Bag {
  const { apiVersion, kind, metadata, ...rest } = object;
  const known = Object.entries({ apiVersion, kind, metadata, ...rest }).filter(([, value]) => value !== undefined);
  return JSON.parse(JSON.stringify(Object.fromEntries(known))) as Bag;
}

function namespaceOf({ namespace }: Bag): string {
  return typeof namespace === 'string' ? namespace : 'default';
}

function metadataOf({ metadata }: Bag): { name?: Value } {
  return isBag(metadata) ? metadata : {};
}
