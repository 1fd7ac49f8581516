import type { Cloud } from '../cloud/cloud';
import type { Bag } from '../protocol/values';
import type { Application } from '../rules';
import { type ClusterHost, type Connection, connect } from './cluster';
import { addressOf, findObject, type KubeObject, listObjects, parseObject } from './objects';
import { releaseToken } from './release-handle';
import { renderRelease } from './render-release';

/** The objects that a resource of Pulumi brings into a cluster: itself, or what a chart renders to. */
export type Brought = {
  readonly host: ClusterHost;
  readonly cloud: Cloud;
  readonly objects: readonly KubeObject[];
  /** All that is in the cluster once they are there. */
  readonly together: readonly KubeObject[];
  /** What the API server holds under the same name. */
  before(object: KubeObject): KubeObject | undefined;
  hasNamespace(name: string): boolean;
  /** The release that brings them; undefined for a resource that is an object itself. */
  readonly releaseName: string | undefined;
  readonly isAlone: boolean;
  /** Made anew each time, so that nothing of it is immutable. */
  isHook(object: KubeObject): boolean;
  /** Whether the program holds the value at this path of the object as a secret; those of a chart come out of its values. */
  isSecret(path: string): boolean;
};

type Applied = Pick<Application<Bag, Bag>, 'urn' | 'inputs' | 'config' | 'cloud' | 'isSecret'>;

/** Undefined where another rule already says why there is nothing to judge: no cluster, no chart, a chart that does not render. */
export async function findBrought(application: Applied): Promise<Brought | undefined> {
  const { cloud, config, inputs, urn } = application;
  const connection = connect(cloud, config);
  if ('why' in connection) return undefined;
  const { host, namespace } = connection;
  // A parent of its own stands before it, with a $.
  const isRelease = urn.includes(`${releaseToken}::`);
  const objects = isRelease ? await rendered(application, connection) : [parseObject(inputs, namespace)];
  if (!objects) return undefined;
  const own = new Set(objects.map((object) => JSON.stringify(addressOf(object))));
  const others = listObjects(cloud, host.server).filter((object) => !own.has(JSON.stringify(addressOf(object))));
  return {
    host,
    cloud,
    objects,
    together: [...others, ...objects],
    before: (object) => findObject(cloud, host.server, addressOf(object)),
    hasNamespace: (name) =>
      findObject(cloud, host.server, { apiVersion: 'v1', kind: 'Namespace', id: name }) !== undefined ||
      objects.some(({ kind, metadata }) => kind === 'Namespace' && metadata.name === name) ||
      (isRelease && inputs.createNamespace === true && name === inputs.namespace),
    releaseName: isRelease ? String(inputs.name) : undefined,
    isAlone: !isRelease,
    isHook: (object) => object.metadata.annotations?.['helm.sh/hook'] !== undefined,
    isSecret: (path) => application.isSecret(isRelease ? 'values' : path),
  };
}

async function rendered({ cloud, inputs }: Applied, connection: Connection): Promise<KubeObject[] | undefined> {
  const release = await renderRelease(cloud, inputs, connection);
  return 'why' in release ? undefined : [...release.hooks.map(({ object }) => object), ...release.objects];
}
