import type { helm } from '@pulumi/kubernetes';
import { FailedInPlace, Refusal } from '../cloud/refusal';
import { type Lifecycle, resource } from '../declare';
import type { Bag } from '../protocol/values';
import { judgeOperation } from '../rules';
import { connect } from './cluster';
import { findObject, groupOf, idOf, putObject } from './objects';
import { podRules } from './pod-rules';
import { type ReleaseArgs, type ReleaseOutputs, releaseToken } from './release-handle';
import { dropRecord, findRecord, putRecord, type ReleaseRecord } from './release-records';
import { bringObjects, own, removeObjects, runHooks } from './release-steps';
import { namespaceOf, type Rendered, readChart, renderRelease } from './render-release';
import type { Session } from './session';

/** Helm's own, in seconds. */
const defaultTimeout = 300;

export const release = resource<helm.v3.Release, helm.v3.ReleaseArgs>({
  token: releaseToken,
  naming: { maxLength: 53 },
  replaceOn: ['name', 'namespace'],
  defaults: { timeout: defaultTimeout },
  writeOnly: ['compat'],
  empty: [
    'allowNullValues',
    'atomic',
    'cleanupOnFail',
    'createNamespace',
    'dependencyUpdate',
    'description',
    'devel',
    'disableCRDHooks',
    'disableOpenapiValidation',
    'disableWebhooks',
    'forceUpdate',
    'keyring',
    'lint',
    'manifest',
    'maxHistory',
    'postrender',
    'recreatePods',
    'renderSubchartNotes',
    'replace',
    'repositoryOpts',
    'resetValues',
    'resourceNames',
    'reuseValues',
    'skipAwait',
    'skipCrds',
    'takeOwnership',
    'valueYamlFiles',
    'values',
    'verify',
    'waitForJobs',
  ],
  changesOnUpdate: ['status', 'resourceNames', 'version'],
  seconds: { create: 60, update: 60, delete: 20 },
  id: ({ inputs, config }) => idOfRelease(inputs, config),
  outputs: ({ inputs, config, cloud, previous }) => ({
    ...(previous && { resourceNames: previous.resourceNames, status: previous.status }),
    namespace: namespaceOf(inputs as Bag, defaultNamespaceOf(config)),
    version: chartVersion({ inputs, cloud }),
    status: previous?.status ?? ({} as ReleaseOutputs['status']),
  }),
  // A chart of this machine has changed when its version has, and only then: pulumi-kubernetes#2672.
  observed: ({ inputs, cloud }) => ({ version: chartVersion({ inputs, cloud }) }),
  unique: ({ inputs, config }) => `release ${idOfRelease(inputs, config)}`,
  exists: () => 'cannot re-use a name that is still in use',

  create: (lifecycle) => deploy(lifecycle, 'install'),
  update: (lifecycle) => deploy(lifecycle, 'upgrade'),
  delete: async ({ entity, cloud, config, signal }): Promise<'gone'> => {
    const connection = connect(cloud, config);
    if ('why' in connection) return 'gone';
    const session: Session = { cloud, host: connection.host, signal };
    const record = findRecord(cloud, connection.host.server, entity.id);
    await runHooks(session, record?.hooks ?? [], 'pre-delete');
    await removeObjects(session, record?.objects ?? []);
    await runHooks(session, record?.hooks ?? [], 'post-delete');
    dropRecord(cloud, connection.host.server, entity.id);
    return 'gone';
  },
});

type ReleaseLifecycle = Lifecycle<ReleaseArgs, ReleaseOutputs>;
type Situated = Pick<ReleaseLifecycle, 'inputs' | 'cloud'>;

function idOfRelease(inputs: ReleaseArgs, config: Bag): string {
  return `${namespaceOf(inputs as Bag, defaultNamespaceOf(config))}/${inputs.name}`;
}

function defaultNamespaceOf({ namespace }: Bag): string {
  return typeof namespace === 'string' ? namespace : 'default';
}

function chartVersion({ inputs, cloud }: Situated): string {
  const chart = readChart(cloud, inputs as Bag);
  return 'why' in chart ? (inputs.version ?? '') : chart.version;
}

async function deploy(lifecycle: ReleaseLifecycle, verb: 'install' | 'upgrade'): Promise<void> {
  const { cloud, config, entity, inputs, signal } = lifecycle;
  const connection = connect(cloud, config);
  if ('why' in connection) throw new Refusal(connection.why);
  const rendered = await renderRelease(cloud, inputs as Bag, connection);
  if ('why' in rendered) throw new Refusal(rendered.why);
  const session: Session = { cloud, host: connection.host, signal };
  const { server } = connection.host;
  const before = findRecord(cloud, server, entity.id);
  createNamespace(session, entity.outputs.namespace, inputs.createNamespace ?? false);
  const identity = { name: entity.outputs.name, namespace: entity.outputs.namespace };
  const next: Rendered = { ...rendered, objects: rendered.objects.map((object) => own(object, identity)) };
  const failures = await attempt(lifecycle, session, { next, before, verb });
  const record: ReleaseRecord = {
    revision: (before?.revision ?? 0) + 1,
    status: failures.length === 0 ? 'deployed' : 'failed',
    objects: next.objects,
    hooks: next.hooks,
  };
  if (failures.length === 0 || !inputs.atomic) putRecord(cloud, server, entity.id, record);
  if (failures.length > 0) await fail(lifecycle, session, { failures, before, next });
  entity.outputs = { ...entity.outputs, ...describe(entity.outputs, record, next) };
}

function createNamespace(session: Session, name: string, mayCreate: boolean): void {
  const { cloud, host } = session;
  const address = { apiVersion: 'v1', kind: 'Namespace', id: name };
  if (findObject(cloud, host.server, address)) return;
  if (!mayCreate)
    throw new Refusal(`create: failed to create: namespaces "${name}" not found (namespace, createNamespace)`);
  putObject(cloud, host.server, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
}

type Revision = { next: Rendered; before: ReleaseRecord | undefined; verb: 'install' | 'upgrade' };

/** Hooks, objects, hooks. Gives all that went wrong. */
async function attempt(
  lifecycle: ReleaseLifecycle,
  session: Session,
  { next, before, verb }: Revision,
): Promise<string[]> {
  const problems = await judgeOperation(podRules, lifecycle);
  if (problems.length > 0) return problems;
  const early = await runHooks(session, next.hooks, `pre-${verb}`);
  if (early !== undefined) return [early];
  const unready = await bringObjects(session, next, before?.objects ?? []);
  if (unready.length > 0 && !lifecycle.inputs.skipAwait) return ['context deadline exceeded', ...unready];
  const late = await runHooks(session, next.hooks, `post-${verb}`);
  return late === undefined ? [] : [late];
}

async function fail(
  { cloud, entity, inputs }: ReleaseLifecycle,
  session: Session,
  { failures, before, next }: { failures: readonly string[]; before: ReleaseRecord | undefined; next: Rendered },
): Promise<never> {
  const { name, namespace, timeout = defaultTimeout } = entity.outputs;
  cloud.clock.advance({ seconds: timeout });
  for (const failure of failures) cloud.runtime.logs.append(`kubernetes/${session.host.name}/events`, failure);
  const causes = failures.join('\n  * ');
  if (!inputs.atomic) {
    entity.outputs = { ...entity.outputs, status: { ...entity.outputs.status, status: 'failed' } };
    throw new FailedInPlace(
      `Helm release "${namespace}/${name}" was created, but failed to initialize completely. Use Helm CLI to investigate: ${causes}`,
    );
  }
  if (before) {
    await bringObjects(session, before, next.objects);
    throw new Refusal(`release ${name} failed, and has been rolled back due to atomic being set: ${causes}`);
  }
  await removeObjects(session, next.objects);
  throw new Refusal(`release ${name} failed, and has been uninstalled due to atomic being set: ${causes}`);
}

function describe(
  { name, namespace }: ReleaseOutputs,
  record: ReleaseRecord,
  { chart, objects }: Rendered,
): Pick<ReleaseOutputs, 'status' | 'resourceNames'> {
  const resourceNames: Record<string, string[]> = {};
  for (const object of objects) {
    const group = groupOf(object.apiVersion);
    const key = `${object.kind}${group === '' ? '' : `.${group}`}/${object.apiVersion}`;
    resourceNames[key] = [...(resourceNames[key] ?? []), idOf(object)];
  }
  return {
    resourceNames,
    status: {
      appVersion: chart.appVersion,
      chart: chart.name,
      name,
      namespace,
      revision: record.revision,
      status: record.status,
      version: chart.version,
    },
  };
}
