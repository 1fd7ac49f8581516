import { inputRule, type Rule } from '../rules';
import { minInstances } from './cloud-run-service';
import { serviceType, sizeOf } from './cloud-run-workload';
import { googleError } from './google-error';

/** What Cloud Run refuses of services. */
export const runServiceRules: readonly Rule[] = [
  inputRule({
    id: 'gcp.run.service-name',
    refuses:
      'Service names other than 1 to 49 lower-case letters, digits and hyphens, beginning with a letter and not ending with a hyphen.',
    source: 'https://docs.cloud.google.com/run/docs/reference/rest/v2/projects.locations.services/create',
    types: serviceType,
    check: ({ inputs }) =>
      /^[a-z]([a-z0-9-]{0,47}[a-z0-9])?$/.test(inputs.name ?? 'generated')
        ? undefined
        : googleError(
            400,
            `Violation in CreateServiceRequest.service_id: The service name "${inputs.name}" must use only lowercase alphanumeric characters and dashes, begin with a letter, not end with a dash, and be shorter than 50 characters`,
          ),
  }),
  inputRule({
    id: 'gcp.run.concurrency',
    refuses: 'Concurrency other than 1 to 1000, and more than 1 with less than 1 CPU.',
    source: 'https://docs.cloud.google.com/run/docs/about-concurrency',
    types: serviceType,
    check: ({ inputs }) => {
      const concurrency = inputs.template.maxInstanceRequestConcurrency;
      if (concurrency === undefined || concurrency === 0) return undefined;
      if (concurrency < 1 || concurrency > 1_000)
        return `maxInstanceRequestConcurrency must be 1 to 1000, not ${concurrency}`;
      const isSmall = (inputs.template.containers ?? []).some((container) => (sizeOf(container).cpu ?? 1) < 1);
      return isSmall && concurrency > 1
        ? 'Invalid value specified for cpu. Total cpu < 1 is not supported with concurrency > 1.'
        : undefined;
    },
  }),
  inputRule({
    id: 'gcp.run.small-cpu',
    refuses:
      'Less than 1 CPU with the second generation of the execution environment, or with CPU that is always allocated.',
    source: 'https://docs.cloud.google.com/run/docs/configuring/services/cpu#cpu-less-than-one',
    types: serviceType,
    check: ({ inputs }) =>
      (inputs.template.containers ?? []).flatMap((container) => {
        if ((sizeOf(container).cpu ?? 1) >= 1) return [];
        return [
          ...(inputs.template.executionEnvironment === 'EXECUTION_ENVIRONMENT_GEN2'
            ? ['Invalid value specified for cpu. Total cpu < 1 is not supported with gen2 execution environment.']
            : []),
          ...(container.resources?.cpuIdle === true
            ? []
            : [
                'Invalid value specified for cpu. Total cpu < 1 is not supported with cpu-throttling disabled: resources.cpuIdle must be true',
              ]),
        ];
      }),
  }),
  inputRule({
    id: 'gcp.policy.cpu-idle',
    refuses: 'resources without cpuIdle: to set a limit alone bills idle instances as busy ones.',
    source:
      'https://github.com/hashicorp/terraform-provider-google/blob/main/website/docs/r/cloud_run_v2_service.html.markdown (cpu_idle)',
    types: serviceType,
    check: ({ inputs }) =>
      (inputs.template.containers ?? []).flatMap(({ resources }) =>
        resources !== undefined && resources.cpuIdle === undefined
          ? [
              'resources.cpuIdle must be said when resources is set: true for request-based billing, false for instance-based',
            ]
          : [],
      ),
  }),
  inputRule({
    id: 'gcp.run.instances',
    refuses: 'Fewer instances at most than at least, a maximum below 1, and scaling modes that do not exist.',
    source: 'https://docs.cloud.google.com/run/docs/configuring/min-instances',
    types: serviceType,
    check: ({ inputs }) => {
      const { scaling, template } = inputs;
      const most = template.scaling?.maxInstanceCount ?? scaling?.maxInstanceCount;
      const modes = ['AUTOMATIC', 'MANUAL', 'SCALING_MODE_UNSPECIFIED'];
      return [
        ...(most !== undefined && most < 1 && most !== 0
          ? [`scaling.maxInstanceCount must be at least 1, not ${most}`]
          : []),
        ...(most !== undefined && most > 0 && minInstances(inputs) > most
          ? [`scaling.minInstanceCount (${minInstances(inputs)}) must not be greater than maxInstanceCount (${most})`]
          : []),
        ...(minInstances(inputs) < 0 ? ['scaling.minInstanceCount must be at least 0'] : []),
        ...(scaling?.scalingMode === undefined || modes.includes(scaling.scalingMode)
          ? []
          : [`scaling.scalingMode must be AUTOMATIC or MANUAL, not ${scaling.scalingMode}`]),
      ];
    },
  }),
  inputRule({
    id: 'gcp.run.ingress',
    refuses: 'Ingress settings that do not exist.',
    source: 'https://docs.cloud.google.com/run/docs/securing/ingress',
    types: serviceType,
    check: ({ inputs }) => {
      const values = [
        'INGRESS_TRAFFIC_ALL',
        'INGRESS_TRAFFIC_INTERNAL_ONLY',
        'INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER',
        'INGRESS_TRAFFIC_NONE',
      ];
      return inputs.ingress === undefined || values.includes(inputs.ingress)
        ? undefined
        : `expected ingress to be one of ${values.join(', ')}, got ${inputs.ingress}`;
    },
  }),
  inputRule({
    id: 'gcp.run.traffic',
    refuses: 'Traffic whose percentages are not 100 in all, or to a revision without a name.',
    source: 'https://docs.cloud.google.com/run/docs/rollouts-rollbacks-traffic-migration',
    types: serviceType,
    check: ({ inputs }) => {
      const traffics = inputs.traffics ?? [];
      if (traffics.length === 0) return undefined;
      const sum = traffics.reduce((total, { percent }) => total + (percent ?? 0), 0);
      return [
        ...(sum === 100 ? [] : [`traffics: the percentages must be 100 in all, not ${sum}`]),
        ...traffics.flatMap(({ revision, type }) =>
          (type === 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION') === (revision !== undefined && revision !== '')
            ? []
            : ['traffics: revision must be set with type TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION, and only with it'],
        ),
      ];
    },
  }),
  inputRule({
    id: 'gcp.run.revision-name',
    refuses:
      'Names of revisions that do not begin with the name of the service and a hyphen, or are longer than 63 characters.',
    source: 'https://docs.cloud.google.com/run/docs/reference/rest/v2/projects.locations.services#RevisionTemplate',
    types: serviceType,
    check: ({ inputs }) => {
      const { revision } = inputs.template;
      return revision === undefined ||
        (revision.startsWith(`${inputs.name}-`) && /^[a-z][a-z0-9-]{0,61}[a-z0-9]$/.test(revision))
        ? undefined
        : `template.revision must begin with "${inputs.name}-", and be at most 63 lower-case letters, digits and hyphens, not "${revision}"`;
    },
  }),
  inputRule({
    id: 'gcp.run.port',
    refuses: 'Ports other than 1 to 65535, and names of them other than http1 and h2c.',
    source: 'https://docs.cloud.google.com/run/docs/configuring/services/containers#configure-port',
    types: serviceType,
    check: ({ inputs }) =>
      (inputs.template.containers ?? []).flatMap(({ ports }) => [
        ...(ports?.containerPort === undefined || (ports.containerPort >= 1 && ports.containerPort <= 65_535)
          ? []
          : [`ports.containerPort must be 1 to 65535, not ${ports.containerPort}`]),
        ...(ports?.name === undefined || ports.name === '' || ['http1', 'h2c'].includes(ports.name)
          ? []
          : [`ports.name must be http1 or h2c, not ${ports.name}`]),
      ]),
  }),
];
