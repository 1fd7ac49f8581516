import type { organizations } from '@pulumi/gcp';
import { func } from '../declare';
import { projectNumber } from './declare';

/** The simulated project's only bearer token: registries take it as a password. */
export function accessToken(project: string): string {
  return `ya29.rehearsal-${projectNumber(project)}`;
}

const getClientConfig = func<object, organizations.GetClientConfigResult>({
  token: 'gcp:organizations/getClientConfig:getClientConfig',
  secretResults: ['accessToken'],
  call: ({ place, config }) => ({
    id: `projects/"${place.project}"/regions/"${place.region}"/zones/""`,
    project: place.project ?? '',
    region: place.region ?? '',
    zone: typeof config.zone === 'string' ? config.zone : '',
    accessToken: accessToken(place.project ?? ''),
    defaultLabels: {},
  }),
});

const getProject = func<organizations.GetProjectArgs, organizations.GetProjectResult>({
  token: 'gcp:organizations/getProject:getProject',
  call: ({ inputs, place }) => {
    const projectId = inputs.projectId ?? place.project ?? '';
    return {
      id: `projects/${projectId}`,
      projectId,
      name: projectId,
      number: projectNumber(projectId),
      autoCreateNetwork: false,
      billingAccount: '',
      deletionPolicy: 'PREVENT',
      effectiveLabels: {},
      folderId: '',
      labels: {},
      orgId: '',
      pulumiLabels: {},
      tags: {},
    };
  },
});

export const clientSimulation = { resources: [], functions: [getClientConfig, getProject], rules: [] };
