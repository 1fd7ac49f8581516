import { type Bag, isBag } from '../protocol/values';
import { applyRule, deleteRule, graphRule, inputRule, type Rule } from '../rules';
import { overlaps, parseCidr } from './cidr';
import { executionOf, hasExecution, job } from './cloud-run-job';
import { secretsOf } from './cloud-run-operation-rules';
import { minInstances, service } from './cloud-run-service';
import { accountOf } from './cloud-run-start';
import { jobType, parseSeconds, serviceType, sizeOf, workloadOf } from './cloud-run-workload';
import { shortName } from './declare';
import { googleError, notFound } from './google-error';
import { findNetwork, findSubnetwork } from './network';
import { apiRules } from './project-services';
import { hasServiceAccount } from './service-account';

const both = [serviceType, jobType];
const directVpc = 'https://docs.cloud.google.com/run/docs/configuring/vpc-direct-vpc';

/** Cloud Run's own; a subnetwork there answers to nobody. Source: https://docs.cloud.google.com/run/docs/configuring/vpc-direct-vpc#limitations */
const ownRange = '192.168.1.0/24';

/** What Cloud Run refuses of services and jobs as a whole. */
export const runRules: readonly Rule[] = [
  ...apiRules('run', 'run', [service, job]),
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
    id: 'gcp.run.job-name',
    refuses:
      'Job names other than 1 to 63 lower-case letters, digits and hyphens, beginning with a letter and not ending with a hyphen.',
    source: 'https://docs.cloud.google.com/run/docs/create-jobs',
    types: jobType,
    check: ({ inputs }) =>
      /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/.test(inputs.name ?? 'generated')
        ? undefined
        : googleError(
            400,
            `Violation in CreateJobRequest.job_id: The job name "${inputs.name}" must use only lowercase alphanumeric characters and dashes, begin with a letter, not end with a dash, and be at most 63 characters`,
          ),
  }),
  inputRule({
    id: 'gcp.run.execution-token',
    refuses: 'A token that with the name of its job makes 63 characters or more, or two tokens.',
    source: 'https://docs.cloud.google.com/run/docs/reference/rest/v2/projects.locations.jobs#Job',
    types: jobType,
    check: ({ inputs }) => {
      const { name = 'generated', runExecutionToken, startExecutionToken } = inputs;
      const token = runExecutionToken ?? startExecutionToken ?? '';
      return [
        ...(runExecutionToken !== undefined && startExecutionToken !== undefined
          ? ['one of startExecutionToken and runExecutionToken must be set, not both']
          : []),
        ...(token !== '' && name.length + token.length >= 63
          ? [
              `the name of the job (${name.length} characters) and its execution token (${token.length}) must be fewer than 63 characters together`,
            ]
          : []),
        ...(token !== '' && !/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(token)
          ? ['an execution token must be lower-case letters, digits and hyphens, as it is part of a name']
          : []),
      ];
    },
  }),
  applyRule({
    id: 'gcp.run.execution-token-used',
    refuses: 'A token with which the job was executed before: executions are called job-token, and stay.',
    source: 'https://github.com/GoogleCloudPlatform/magic-modules/pull/19060',
    types: jobType,
    check: ({ inputs, cloud, id }) => {
      const execution = executionOf(inputs);
      return execution && hasExecution(cloud, id, execution.name)
        ? googleError(
            409,
            `Resource '${execution.name}' already exists: the execution token was used before.`,
            'alreadyExists',
          )
        : undefined;
    },
  }),
  applyRule({
    id: 'gcp.run.service-account-exists',
    refuses: 'A service account that does not exist or is disabled.',
    source: 'https://docs.cloud.google.com/run/docs/configuring/services/service-identity',
    types: both,
    check: ({ inputs, cloud, place }) => {
      const account = accountOf(workloadOf(inputs), place);
      return hasServiceAccount(cloud, place.project ?? '', account)
        ? undefined
        : googleError(
            403,
            `Permission 'iam.serviceaccounts.actAs' denied on service account ${account} (or it may not exist).`,
            'forbidden',
          );
    },
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
    id: 'gcp.policy.secret-version',
    refuses:
      'A variable that follows the version "latest": instances of one revision would differ, and no roll-back brings the old value back.',
    source:
      'https://docs.cloud.google.com/run/docs/configuring/services/secrets (pin the secret to a particular version)',
    types: both,
    check: ({ inputs }) =>
      secretsOf(workloadOf(inputs).containers)
        .filter(({ version }) => version === undefined || version === 'latest')
        .map(({ name }) => `envs "${name}": valueSource.secretKeyRef.version must be a version's number, not latest`),
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
    id: 'gcp.run.timeout',
    refuses:
      'Request timeouts other than 1 to 3600 seconds, task timeouts of more than 7 days, and texts that are no seconds ("60s").',
    source: 'https://docs.cloud.google.com/run/docs/configuring/request-timeout',
    types: both,
    check: ({ inputs, urn }) => {
      const { timeout } = workloadOf(inputs);
      if (timeout === undefined) return undefined;
      const most = urn.includes(jobType.token) ? 7 * 86_400 : 3_600;
      const seconds = parseSeconds(timeout);
      return seconds !== undefined && seconds >= 1 && seconds <= most
        ? undefined
        : `template.timeout must be 1s to ${most}s, not "${timeout}"`;
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
    id: 'gcp.run.execution-environment',
    refuses: 'Execution environments that do not exist, and the first generation for a job.',
    source: 'https://docs.cloud.google.com/run/docs/about-execution-environments',
    types: both,
    check: ({ inputs, urn }) => {
      const { executionEnvironment } = workloadOf(inputs);
      if (executionEnvironment === undefined || executionEnvironment === 'EXECUTION_ENVIRONMENT_GEN2') return undefined;
      if (executionEnvironment !== 'EXECUTION_ENVIRONMENT_GEN1')
        return `expected executionEnvironment to be one of EXECUTION_ENVIRONMENT_GEN1, EXECUTION_ENVIRONMENT_GEN2, got ${executionEnvironment}`;
      return urn.includes(jobType.token)
        ? 'executionEnvironment must be EXECUTION_ENVIRONMENT_GEN2: jobs run in the second generation only'
        : undefined;
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
  inputRule({
    id: 'gcp.run.tasks',
    refuses: 'Retries other than 0 to 10, tasks other than 1 to 10000, and more in parallel than there are.',
    source: 'https://docs.cloud.google.com/run/docs/configuring/max-retries',
    types: jobType,
    check: ({ inputs }) => {
      const { parallelism, taskCount = 1, template } = inputs.template;
      return [
        ...(template.maxRetries === undefined || (template.maxRetries >= 0 && template.maxRetries <= 10)
          ? []
          : [`maxRetries must be 0 to 10, not ${template.maxRetries}`]),
        ...(taskCount >= 1 && taskCount <= 10_000 ? [] : [`taskCount must be 1 to 10000, not ${taskCount}`]),
        ...(parallelism !== undefined && parallelism > taskCount
          ? [`parallelism (${parallelism}) must not be greater than taskCount (${taskCount})`]
          : []),
      ];
    },
  }),
  inputRule({
    id: 'gcp.run.system-annotations',
    refuses: "Labels and annotations in Google's own name spaces: what they said in v1 has a field in v2.",
    source: 'https://docs.cloud.google.com/run/docs/reference/rest/v2/projects.locations.services#Service',
    types: both,
    check: ({ inputs }) =>
      [...Object.keys(inputs.labels ?? {}), ...Object.keys(inputs.annotations ?? {})]
        .filter((key) => /^(run|cloud)\.googleapis\.com\/|^(serving|autoscaling)\.knative\.dev\//.test(key))
        .map((key) => `${key} is a system annotation, which v2 does not take: use the field of the resource`),
  }),
  applyRule({
    id: 'gcp.run.subnetwork-exists',
    refuses:
      'Direct egress into a network or subnetwork that does not exist, is of another region, or is not in that network.',
    source: directVpc,
    types: both,
    check: ({ inputs, cloud }) =>
      (workloadOf(inputs).vpcAccess?.networkInterfaces ?? []).flatMap(({ network, subnetwork }) => {
        const found = subnetwork === undefined ? undefined : findSubnetwork(cloud, subnetwork);
        if (network !== undefined && !findNetwork(cloud, network)) return [notFound('The network', network)];
        if (subnetwork !== undefined && !found) return [notFound('The subnetwork', subnetwork)];
        if (!found) return [];
        return [
          ...(found.place.region === inputs.location
            ? []
            : [`The subnetwork ${found.id} must be in the region of the service, ${inputs.location}`]),
          ...(network === undefined || findNetwork(cloud, network) === findNetwork(cloud, found.inputs.network)
            ? []
            : [`The subnetwork ${found.id} is not in the network ${network}`]),
        ];
      }),
  }),
  applyRule({
    id: 'gcp.run.subnetwork-size',
    refuses: 'Direct egress through a subnetwork that is smaller than a /26.',
    source: `${directVpc}#ip-allocation`,
    types: both,
    check: ({ inputs, cloud }) =>
      subnetworksOf(cloud, workloadOf(inputs)).flatMap(({ id, outputs }) =>
        (parseCidr(outputs.ipCidrRange)?.prefix ?? 0) > 26
          ? [
              `The subnetwork ${id} (${outputs.ipCidrRange}) does not have enough addresses: Direct VPC egress needs a /26 at least.`,
            ]
          : [],
      ),
  }),
  applyRule({
    id: 'gcp.run.subnetwork-range',
    refuses: `Direct egress through a subnetwork in ${ownRange}, which Cloud Run uses itself.`,
    source: `${directVpc}#limitations`,
    types: both,
    check: ({ inputs, cloud }) =>
      subnetworksOf(cloud, workloadOf(inputs)).flatMap(({ id, outputs }) => {
        const [range, own] = [parseCidr(outputs.ipCidrRange), parseCidr(ownRange)];
        return range && own && overlaps(range, own)
          ? [`The subnetwork ${id} (${outputs.ipCidrRange}) overlaps ${ownRange}, which Cloud Run uses itself.`]
          : [];
      }),
  }),
  deleteRule({
    id: 'gcp.run.deletion-protection',
    refuses: 'Deleting a service or job whose deletionProtection is not false; true is what one gets without asking.',
    source:
      'https://github.com/hashicorp/terraform-provider-google/blob/main/website/docs/r/cloud_run_v2_service.html.markdown (deletion_protection)',
    types: both,
    check: ({ entity }) =>
      entity.inputs.deletionProtection === false
        ? undefined
        : 'cannot destroy without setting deletion_protection=false and running `pulumi up`',
  }),
  graphRule({
    id: 'gcp.run.secret-access-order',
    refuses: 'A workload that does not wait for the grant by which it may read its secret.',
    source: 'https://docs.cloud.google.com/run/docs/configuring/services/secrets#access-secret',
    types: both,
    check: (graph) => {
      const grants = graph.nodes.filter(({ type }) => /^gcp:secretmanager\/secretIam(Member|Binding):/.test(type));
      return both
        .flatMap((type) => graph.ofType(type))
        .flatMap((workload) =>
          secretNames(workload.inputs).flatMap((secret) => {
            const own = grants.filter(
              ({ inputs }) =>
                shortName(String(inputs.secretId)) === shortName(secret) && grantsTo(inputs, workload.inputs),
            );
            // Grants on the project, and of secrets that others made, have no order here.
            if (own.length === 0 || own.some((grant) => graph.dependsOn(workload, grant))) return [];
            return [
              {
                urn: workload.urn,
                message: `"${workload.name}" must depend on "${own[0]?.name}", by which it may read ${secret}: without it the revision starts first whenever the grant is slower`,
              },
            ];
          }),
        );
    },
  }),
];

function subnetworksOf(cloud: Parameters<typeof findSubnetwork>[0], workload: ReturnType<typeof workloadOf>) {
  return (workload.vpcAccess?.networkInterfaces ?? []).flatMap(({ subnetwork }) =>
    subnetwork === undefined ? [] : (findSubnetwork(cloud, subnetwork) ?? []),
  );
}

/** Whether a grant is to the account that a workload's template names. */
function grantsTo(grant: Bag, workload: Bag): boolean {
  const account = findText(workload, 'serviceAccount');
  const members = Array.isArray(grant.members) ? grant.members : [grant.member];
  return members.some((member) => member === `serviceAccount:${account}`);
}

function findText(value: unknown, wanted: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, item] of Object.entries(value)) {
    const found = key === wanted && typeof item === 'string' ? item : findText(item, wanted);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** All `secretKeyRef.secret` of a node's inputs, wherever they stand. */
function secretNames(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(secretNames);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    key === 'secretKeyRef' && isBag(item) && typeof item.secret === 'string' ? [item.secret] : secretNames(item),
  );
}
