import type { ecs } from '@pulumi/aws';
import { type Cloud, type Place, table } from '../cloud/cloud';
import { resource } from '../declare';
import { arn } from './declare';

/** How many revisions a family has had: their numbers are never used again. */
const revisions = table<number>('ecs task definition revisions');

export const taskDefinition = resource<ecs.TaskDefinition, ecs.TaskDefinitionArgs>({
  token: 'aws:ecs/taskDefinition:TaskDefinition',
  replaceOn: [
    'containerDefinitions',
    'cpu',
    'enableFaultInjection',
    'ephemeralStorage',
    'executionRoleArn',
    'family',
    'ipcMode',
    'memory',
    'networkMode',
    'pidMode',
    'placementConstraints',
    'proxyConfiguration',
    'requiresCompatibilities',
    'runtimePlatform',
    'taskRoleArn',
    'volumes',
  ],
  defaults: { skipDestroy: false, trackLatest: false },
  unordered: ['requiresCompatibilities', 'placementConstraints'],
  empty: ['enableFaultInjection'],
  seconds: { create: 1, delete: 1 },
  // The provider's id is the family, which all revisions share; here each needs its own.
  id: ({ inputs, cloud, place }) =>
    arn('ecs', place, `task-definition/${inputs.family}:${lastRevision(cloud, place, inputs.family) + 1}`),
  outputs: ({ id, inputs }) => ({
    arn: id,
    arnWithoutRevision: id.replace(/:\d+$/, ''),
    networkMode: inputs.networkMode ?? 'bridge',
    revision: Number(id.split(':').at(-1)),
  }),
  create: ({ cloud, entity, place }) =>
    void cloud.table(revisions).set(familyKey(place, entity.inputs.family), entity.outputs.revision),
  delete: ({ entity }) => (entity.inputs.skipDestroy ? 'kept' : 'gone'),
});

function familyKey(place: Place, family: string): string {
  return `${place.region} ${family}`;
}

function lastRevision(cloud: Cloud, place: Place, family: string): number {
  return cloud.table(revisions).get(familyKey(place, family)) ?? 0;
}

/** By ARN, by `family:revision`, or by family: then the latest that is active. */
export function findTaskDefinition(cloud: Cloud, reference: string, place: Place) {
  return cloud
    .list(taskDefinition)
    .filter(({ place: home, abandoned }) => home.region === place.region && !abandoned)
    .filter(({ id, inputs, outputs }) =>
      [id, `${inputs.family}:${outputs.revision}`, inputs.family, outputs.arnWithoutRevision].includes(reference),
    )
    .sort((a, b) => b.outputs.revision - a.outputs.revision)[0];
}
