import type { projects } from '@pulumi/gcp';
import { type Cloud, table } from '../cloud/cloud';
import { applyRule, graphRule, inputRule, type Rule } from '../rules';
import { googleResource, projectNumber } from './declare';
import { googleError } from './google-error';

/** By `project/service`. */
const enabledServices = table<true>('gcp enabled services');

/** On in every new project. Source: https://docs.cloud.google.com/service-usage/docs/enabled-service#default */
const enabledByDefault = new Set([
  'analyticshub.googleapis.com',
  'bigquery.googleapis.com',
  'bigquerystorage.googleapis.com',
  'cloudapis.googleapis.com',
  'cloudtrace.googleapis.com',
  'dataplex.googleapis.com',
  'datastore.googleapis.com',
  'logging.googleapis.com',
  'monitoring.googleapis.com',
  'servicemanagement.googleapis.com',
  'serviceusage.googleapis.com',
  'sql-component.googleapis.com',
  'storage.googleapis.com',
  'storage-api.googleapis.com',
  'storage-component.googleapis.com',
  'telemetry.googleapis.com',
]);

export function isServiceEnabled(cloud: Cloud, project: string, service: string): boolean {
  return enabledByDefault.has(service) || cloud.table(enabledServices).has(`${project}/${service}`);
}

const projectService = googleResource<projects.Service, projects.ServiceArgs>({
  token: 'gcp:projects/service:Service',
  isShared: true,
  replaceOn: ['project', 'service'],
  seconds: { create: 25, delete: 10 },
  id: ({ inputs, place }) => `${place.project}/${inputs.service}`,
  outputs: () => ({}),
  // Several may name one service: enabling what is enabled changes nothing.
  create: ({ cloud, id }) => {
    cloud.table(enabledServices).set(id, true);
  },
  delete: ({ cloud, entity }) => {
    if (entity.inputs.disableOnDestroy === true) cloud.table(enabledServices).delete(entity.id);
    return 'gone';
  },
});

const source = 'https://docs.cloud.google.com/service-usage/docs/enable-disable';

/** What every service of Google Cloud asks first: is its API on in the project, and does the program wait for it? */
export function apiRules(area: string, api: string, types: readonly { token: string }[]): Rule[] {
  const service = `${api}.googleapis.com`;
  const enabled = applyRule({
    id: `gcp.${area}.api-enabled`,
    refuses: `Resources of a project in which ${service} is not enabled.`,
    source,
    types,
    check: ({ cloud, place }) => {
      const project = place.project ?? '';
      if (isServiceEnabled(cloud, project, service)) return undefined;
      const number = projectNumber(project);
      return googleError(
        403,
        `${service} has not been used in project ${number} before or it is disabled. Enable it by visiting https://console.developers.google.com/apis/api/${service}/overview?project=${number} then retry. If you enabled this API recently, wait a few minutes for the action to propagate to our systems and retry.`,
        'accessNotConfigured',
      );
    },
  });
  const waits = graphRule({
    id: `gcp.${area}.api-order`,
    refuses: `A resource that does not wait for ${service}, which the same program enables.`,
    source,
    types,
    check: (graph) => {
      const [enabling] = graph.ofType(projectService).filter((node) => node.inputs.service === service);
      if (!enabling) return [];
      return types
        .flatMap((type) => graph.ofType(type))
        .filter((node) => !graph.dependsOn(node, enabling))
        .map((node) => ({
          urn: node.urn,
          message: `"${node.name}" must depend on "${enabling.name}", which enables ${service}: without it Google refuses it whenever the other one is slower`,
        }));
    },
  });
  return [enabled, waits];
}

const rules = [
  inputRule({
    id: 'gcp.projects.service-name',
    refuses: 'Services without their domain.',
    source: 'https://docs.cloud.google.com/service-usage/docs/list-services',
    types: projectService,
    check: ({ inputs }) =>
      /^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(inputs.service)
        ? undefined
        : `service must be a domain, such as run.googleapis.com, not "${inputs.service}"`,
  }),
];

export const projectServicesSimulation = { resources: [projectService], functions: [], rules };
