import { type Cloud, table } from '../cloud/cloud';
import { createSeed } from '../cloud/seed';
import { type Bag, isBag, type Value } from '../protocol/values';
import { isNamespaced } from './kinds';

export type Metadata = {
  readonly name: string;
  /** Undefined for what belongs to no namespace. */
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly [field: string]: Value | undefined;
};

/** An object of the Kubernetes API, as its server keeps it. */
export type KubeObject = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Metadata;
  readonly [field: string]: unknown;
};

const objects = table<{ server: string; object: KubeObject }>('kubernetes objects');

/** A manifest as an object with its name and namespace. Throws Error when it has no kind or no name. */
export function parseObject(manifest: Bag, defaultNamespace: string): KubeObject {
  const { apiVersion, kind, metadata } = manifest;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') {
    throw new Error("Object 'Kind' is missing: apiVersion and kind must be set");
  }
  const given = isBag(metadata) ? metadata : {};
  if (typeof given.name !== 'string') throw new Error(`${kind}: metadata.name must be set`);
  const { namespace, ...rest } = given;
  const home = typeof namespace === 'string' && namespace !== '' ? namespace : defaultNamespace;
  return {
    ...manifest,
    apiVersion,
    kind,
    metadata: { ...rest, name: given.name, ...(isNamespaced({ apiVersion, kind }) && { namespace: home }) },
  };
}

/** `apps/v1` and `apps/v2` of a kind are one object. */
export function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
}

/** `namespace/name`, or the name of what belongs to none: Pulumi's id of it. */
export function idOf({ metadata: { namespace, name } }: KubeObject): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

type Address = { apiVersion: string; kind: string; id: string };

function keyOf(server: string, { apiVersion, kind, id }: Address): string {
  return `${server} ${groupOf(apiVersion)}/${kind} ${id}`;
}

export function addressOf(object: KubeObject): Address {
  return { apiVersion: object.apiVersion, kind: object.kind, id: idOf(object) };
}

export function findObject(cloud: Cloud, server: string, address: Address): KubeObject | undefined {
  const found = cloud.table(objects).get(keyOf(server, address))?.object;
  if (found || address.kind !== 'Namespace' || !builtInNamespaces.includes(address.id)) return found;
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name: address.id } };
}

/** They are in every cluster. Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/ */
const builtInNamespaces: readonly string[] = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];

export function listObjects(cloud: Cloud, server: string, kind?: string): KubeObject[] {
  return [...cloud.table(objects).values()]
    .filter((entry) => entry.server === server && (kind === undefined || entry.object.kind === kind))
    .map(({ object }) => object);
}

/** Keeps an object, with what the API server adds to it. Gives what is now there. */
export function putObject(cloud: Cloud, server: string, object: KubeObject): KubeObject {
  const key = keyOf(server, addressOf(object));
  const before = cloud.table(objects).get(key)?.object;
  const seed = createSeed(`${key} ${cloud.clock.now()}`);
  const kept: KubeObject = {
    ...(before?.status !== undefined && { status: before.status }),
    ...object,
    metadata: {
      ...object.metadata,
      uid: before?.metadata.uid ?? seed.uuid(),
      creationTimestamp: before?.metadata.creationTimestamp ?? cloud.clock.timestamp(),
      resourceVersion: String(Number(before?.metadata.resourceVersion ?? seed.integer(100_000)) + 1),
    },
  };
  cloud.table(objects).set(key, { server, object: kept });
  return kept;
}

export function setStatus(cloud: Cloud, server: string, object: KubeObject, status: Bag): void {
  const entry = cloud.table(objects).get(keyOf(server, addressOf(object)));
  if (entry) entry.object = { ...entry.object, status };
}

export function dropObject(cloud: Cloud, server: string, object: KubeObject): void {
  cloud.table(objects).delete(keyOf(server, addressOf(object)));
}

/** All that a cluster had is gone with it. */
export function dropCluster(cloud: Cloud, server: string): void {
  for (const [key, entry] of cloud.table(objects)) if (entry.server === server) cloud.table(objects).delete(key);
}
