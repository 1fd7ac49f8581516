import type { monitoring } from '@pulumi/gcp';
import type { Cloud, Entity } from '../cloud/cloud';
import { inputRule } from '../rules';
import { fullName, googleResource, projectNumber } from './declare';
import { googleError } from './google-error';

const source = 'https://docs.cloud.google.com/monitoring/api/ref_v3/rest/v3/services';

const exists = (id: string | undefined) => googleError(409, `Service ${id} already exists`, 'alreadyExists');
const inUse = ({ id }: { id: string }) =>
  googleError(400, `Service "${id}" still has service level objectives: delete them first`, 'failedPrecondition');

export const genericService = googleResource<monitoring.GenericService, monitoring.GenericServiceArgs>({
  token: 'gcp:monitoring/genericService:GenericService',
  replaceOn: ['project', 'serviceId', 'basicService'],
  seconds: { create: 2, delete: 2 },
  id: ({ place, inputs }) => `projects/${place.project}/services/${inputs.serviceId}`,
  outputs: ({ place, inputs }) => ({
    name: `projects/${projectNumber(place.project ?? '')}/services/${inputs.serviceId}`,
    telemetries: [],
  }),
  unique: ({ inputs, place }) => `monitored service ${inputs.serviceId} in ${place.project}`,
  exists: ({ inputs }) => exists(inputs.serviceId),
  inUse,
});

export const customService = googleResource<monitoring.CustomService, monitoring.CustomServiceArgs>({
  token: 'gcp:monitoring/customService:CustomService',
  replaceOn: ['project', 'serviceId'],
  seconds: { create: 2, delete: 2 },
  id: ({ place, inputs, seed }) =>
    `projects/${projectNumber(place.project ?? '')}/services/${inputs.serviceId ?? seed.alphanumeric(22)}`,
  outputs: ({ id }) => ({ name: id, serviceId: id.split('/').at(-1) ?? '' }),
  unique: ({ inputs, place, name }) => `monitored service ${inputs.serviceId ?? name} in ${place.project}`,
  exists: ({ inputs }) => exists(inputs.serviceId),
  inUse,
});

/** By its id, or its name with the project's id or number. */
export function findService(cloud: Cloud, reference: string, project: string): Entity<unknown, unknown> | undefined {
  const wanted = fullName(reference, { project }, 'services');
  const services: readonly Entity<unknown, unknown>[] = [...cloud.list(genericService), ...cloud.list(customService)];
  return services.find(({ id }) => fullName(id, { project }, 'services') === wanted);
}

/** Labels of each well-known type. Source: https://docs.cloud.google.com/stackdriver/docs/solutions/slo-monitoring/api/api-structures#basic-svc-w-basic-sli */
const basicServices: Readonly<Record<string, readonly string[]>> = {
  APP_ENGINE: ['module_id'],
  CLOUD_ENDPOINTS: ['service'],
  CLOUD_RUN: ['service_name', 'location'],
  CLUSTER_ISTIO: ['location', 'cluster_name', 'service_namespace', 'service_name'],
  ISTIO_CANONICAL_SERVICE: ['mesh_uid', 'canonical_service_namespace', 'canonical_service'],
};

export const serviceRules = [
  inputRule({
    id: 'gcp.monitoring.service-id',
    refuses: 'Ids of monitored services other than lower-case letters, digits and hyphens, up to 63.',
    source,
    types: [genericService, customService],
    check: ({ inputs: { serviceId } }) =>
      serviceId === undefined || /^[a-z0-9-]{1,63}$/.test(serviceId)
        ? undefined
        : googleError(400, `serviceId must match [a-z0-9-]{1,63}, not ${serviceId}`),
  }),
  inputRule({
    id: 'gcp.monitoring.basic-service',
    refuses: 'Basic services of a type that Google lacks, or without the labels of their type.',
    source:
      'https://docs.cloud.google.com/stackdriver/docs/solutions/slo-monitoring/api/api-structures#basic-svc-w-basic-sli',
    types: genericService,
    check: ({ inputs: { basicService } }) => {
      if (!basicService) return undefined;
      const { serviceType = '', serviceLabels = {} } = basicService;
      const labels = basicServices[serviceType];
      if (!labels) {
        const known = Object.keys(basicServices).join(', ');
        return googleError(400, `basicService.serviceType must be one of ${known}, not "${serviceType}"`);
      }
      return labels
        .filter((label) => (serviceLabels[label] ?? '') === '')
        .map((label) => googleError(400, `basicService.serviceLabels must have ${label} for ${serviceType}`));
    },
  }),
];
