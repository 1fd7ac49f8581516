import type { cloudrunv2 } from '@pulumi/gcp';
import { type Cloud, table } from '../cloud/cloud';
import { FailedInPlace, Refusal } from '../cloud/refusal';
import type { Lifecycle } from '../declare';
import { isEqual, type Value } from '../protocol/values';
import { judgeOperation } from '../rules';
import type { Front } from '../runtime/runtime';
import { answerAsFrontEnd } from './cloud-run-front';
import { type Revision, startRevision, startupProbe, translateProbe } from './cloud-run-instance';
import { runOperationRules } from './cloud-run-operation-rules';
import { containerSpec, onlyContainer } from './cloud-run-start';
import {
  parseSeconds,
  type ServiceArgs,
  type ServiceOutputs,
  serviceLogGroup,
  serviceType,
  sizeOf,
} from './cloud-run-workload';
import { googleResource, projectNumber } from './declare';
import { holdSubnetworks } from './egress';
import { googleError } from './google-error';
import { findNetwork, findSubnetwork } from './network';

/** What runs for a service, by its id. */
const running = table<{ front: Front; revisions: Map<string, Revision> }>('gcp Cloud Run services');

type ServiceLifecycle = Lifecycle<ServiceArgs, ServiceOutputs>;

const defaultPort = 8080;

export const service = googleResource<cloudrunv2.Service, cloudrunv2.ServiceArgs>({
  token: serviceType.token,
  naming: { maxLength: 49, letters: 'lower' },
  replaceOn: ['name', 'project', 'location'],
  defaults: { deletionProtection: true },
  empty: ['deleteTime', 'effectiveAnnotations', 'expireTime', 'reconciling', 'scaling'],
  changesOnUpdate: [
    'conditions',
    'etag',
    'generation',
    'latestCreatedRevision',
    'latestReadyRevision',
    'observedGeneration',
    'terminalConditions',
    'trafficStatuses',
    'updateTime',
  ],
  seconds: { create: 20, update: 20, delete: 10 },
  id: ({ inputs, place }) => `projects/${place.project}/locations/${inputs.location}/services/${inputs.name}`,
  outputs: ({ inputs, place, cloud, seed, previous }) => {
    const generation = String(Number(previous?.generation ?? 0) + 1);
    return {
      conditions: [],
      createTime: previous?.createTime ?? cloud.clock.timestamp(),
      creator: `rehearsal@${place.project}.iam.gserviceaccount.com`,
      lastModifier: `rehearsal@${place.project}.iam.gserviceaccount.com`,
      effectiveAnnotations: inputs.annotations ?? {},
      etag: `"${seed.alphanumeric(16, generation)}"`,
      generation,
      observedGeneration: generation,
      ingress: inputs.ingress ?? 'INGRESS_TRAFFIC_ALL',
      latestCreatedRevision: previous?.latestCreatedRevision ?? '',
      latestReadyRevision: previous?.latestReadyRevision ?? '',
      launchStage: inputs.launchStage ?? 'GA',
      terminalConditions: [],
      trafficStatuses: [],
      ...(inputs.traffics === undefined && {
        traffics: [{ type: latestTraffic, percent: 100, revision: '', tag: '' }],
      }),
      uid: previous?.uid ?? seed.uuid(),
      updateTime: cloud.clock.timestamp(),
      uri: previous?.uri ?? '',
      urls: previous?.urls ?? [],
    };
  },
  uses: ({ inputs, cloud }) =>
    (inputs.template.vpcAccess?.networkInterfaces ?? []).flatMap(({ network, subnetwork }) => [
      network === undefined ? undefined : findNetwork(cloud, network),
      subnetwork === undefined ? undefined : findSubnetwork(cloud, subnetwork),
    ]),
  unique: ({ inputs, place }) => `Cloud Run service ${inputs.name} in ${place.project} ${inputs.location}`,
  exists: ({ inputs }) => googleError(409, `Resource '${inputs.name}' already exists.`, 'alreadyExists'),
  create: async (lifecycle) => {
    const { cloud, entity, id, inputs, place } = lifecycle;
    onlyContainer(inputs.template);
    const front = await cloud.runtime.openFront({
      name: inputs.name ?? id,
      answer: (request) => answerAsFrontEnd(cloud, entity, request),
      requestTimeoutSeconds: parseSeconds(inputs.template.timeout ?? '300s') ?? 300,
      maxConcurrency: concurrencyOf(inputs),
      logGroup: serviceLogGroup(inputs.name ?? id),
    });
    cloud.table(running).set(id, { front, revisions: new Map() });
    entity.outputs = {
      ...entity.outputs,
      uri: front.url,
      urls: [`https://${inputs.name}-${projectNumber(place.project ?? '')}.${inputs.location}.run.app`, front.url],
    };
    await rollOut(lifecycle, 'create');
  },
  update: async (lifecycle) => {
    const { entity, inputs, previous } = lifecycle;
    const { latestCreatedRevision, latestReadyRevision } = previous.outputs;
    const isTried = isEqual(previous.inputs.template as unknown as Value, inputs.template as unknown as Value);
    if (isTried && latestCreatedRevision === latestReadyRevision)
      return directTraffic(lifecycle, entity.outputs.latestReadyRevision);
    await rollOut(lifecycle, 'update');
  },
  delete: async ({ cloud, id, inputs }): Promise<'gone'> => {
    const known = cloud.table(running).get(id);
    await known?.front.close();
    await Promise.all([...(known?.revisions.values() ?? [])].map((revision) => revision.stop()));
    cloud.table(running).delete(id);
    holdSubnetworks(cloud, inputs.template.vpcAccess, `Cloud Run service ${inputs.name}`);
    return 'gone';
  },
});

const latestTraffic = 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST';

/** A new revision: only when all its instances answered does traffic move to it; until then, and if not, the old one serves. */
async function rollOut(lifecycle: ServiceLifecycle, operation: 'create' | 'update'): Promise<void> {
  const { cloud, entity, id, inputs, place, signal } = lifecycle;
  const container = onlyContainer(inputs.template);
  const name = revisionName(lifecycle);
  entity.outputs = { ...entity.outputs, latestCreatedRevision: name };
  try {
    const findings = await judgeOperation(runOperationRules, lifecycle);
    if (findings.length > 0) throw new Error(findings.join('\n'));
    const port = inputs.template.containers?.[0]?.ports?.containerPort ?? defaultPort;
    const startup = startupProbe(container, port);
    const revision = await startRevision(
      cloud,
      {
        spec: containerSpec({
          cloud,
          place,
          workload: inputs.template,
          name: inputs.name ?? id,
          logGroup: serviceLogGroup(inputs.name ?? id),
          platformEnv: {
            PORT: String(port),
            K_SERVICE: inputs.name ?? '',
            K_REVISION: name,
            K_CONFIGURATION: inputs.name ?? '',
          },
        }),
        port,
        startup: startup.probe,
        liveness: container.livenessProbe && translateProbe(container.livenessProbe, port),
        startupFailure: startup.failure,
      },
      { name, count: Math.max(1, minInstances(inputs)), signal },
    );
    cloud.table(running).get(id)?.revisions.set(name, revision);
    await directTraffic(lifecycle, name);
  } catch (error) {
    if (error instanceof Refusal) throw error;
    const message = `Revision '${name}' is not ready and cannot serve traffic. ${error instanceof Error ? error.message : error}`;
    entity.outputs = { ...entity.outputs, terminalConditions: [condition(cloud, 'CONDITION_FAILED', message)] };
    const verb = operation === 'create' ? 'Creating' : 'Updating';
    throw new FailedInPlace(
      `Error waiting to ${operation} Service: Error waiting for ${verb} Service: Error code 9, message: ${message}`,
    );
  }
}

/** Traffic as the service asks for it, `latest` being the latest ready revision; revisions without any are ended. */
async function directTraffic({ cloud, entity, id, inputs }: ServiceLifecycle, latest: string): Promise<void> {
  const known = cloud.table(running).get(id);
  if (!known) return;
  const asked = inputs.traffics ?? [{ type: latestTraffic, percent: 100 }];
  const shares = asked.flatMap(({ percent, revision, type }) => {
    const name = type === undefined || type === latestTraffic ? latest : (revision ?? '');
    const found = known.revisions.get(name);
    if (!found) throw new Refusal(`not simulated: traffic to the revision ${name}, which no longer runs`);
    return (percent ?? 0) > 0 ? [{ revision: found, weight: percent ?? 0 }] : [];
  });
  const setBackends = (): void =>
    known.front.setBackends(
      shares.flatMap(({ revision, weight }) =>
        revision.instances.map((container) => ({
          container,
          port: revision.port,
          weight: weight / revision.instances.length,
        })),
      ),
    );
  setBackends();
  for (const { revision } of shares) revision.onChange(setBackends);
  entity.outputs = {
    ...entity.outputs,
    latestReadyRevision: latest,
    terminalConditions: [condition(cloud, 'CONDITION_SUCCEEDED', '')],
    trafficStatuses: shares.map(({ revision, weight }) => ({
      percent: weight,
      revision: revision.name === latest ? '' : revision.name,
      tag: '',
      type: revision.name === latest ? latestTraffic : 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION',
      uri: '',
    })),
  };
  const idle = [...known.revisions.values()].filter((revision) => !shares.some((share) => share.revision === revision));
  for (const revision of idle) known.revisions.delete(revision.name);
  await Promise.all(idle.map((revision) => revision.stop()));
}

function revisionName({ entity, inputs, seed }: ServiceLifecycle): string {
  const { generation } = entity.outputs;
  return (
    inputs.template.revision ?? `${inputs.name}-${generation.padStart(5, '0')}-${seed.alphanumeric(3, generation)}`
  );
}

/** What is kept warm: of the service, or of each revision. */
export function minInstances({ scaling, template }: Pick<ServiceArgs, 'scaling' | 'template'>): number {
  if (scaling?.scalingMode === 'MANUAL') return scaling.manualInstanceCount ?? 0;
  return Math.max(scaling?.minInstanceCount ?? 0, template.scaling?.minInstanceCount ?? 0);
}

/** Source: https://docs.cloud.google.com/run/docs/about-concurrency */
function concurrencyOf({ template }: Pick<ServiceArgs, 'template'>): number {
  const [container] = template.containers ?? [];
  const { cpu = 1 } = container ? sizeOf(container) : {};
  return template.maxInstanceRequestConcurrency || (cpu < 1 ? 1 : 80);
}

function condition(cloud: Cloud, state: string, message: string): ServiceOutputs['terminalConditions'][number] {
  return {
    executionReason: '',
    lastTransitionTime: cloud.clock.timestamp(),
    message,
    reason: '',
    revisionReason: '',
    severity: '',
    state,
    type: 'Ready',
  };
}
