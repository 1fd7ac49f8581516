import { inputRule, type Rule } from '../rules';
import {
  jobType,
  parseCpu,
  parseMemoryMiB,
  type RunContainer,
  type RunProbe,
  serviceType,
  sizeOf,
  workloadOf,
} from './cloud-run-workload';

const types = [serviceType, jobType];
const containerReference = 'https://docs.cloud.google.com/run/docs/reference/rest/v2/Container';

/** Set by Cloud Run itself. Source: https://docs.cloud.google.com/run/docs/container-contract#env-vars */
const reserved = ['PORT', 'K_SERVICE', 'K_REVISION', 'K_CONFIGURATION'];
const reservedInJobs = [
  'CLOUD_RUN_JOB',
  'CLOUD_RUN_EXECUTION',
  'CLOUD_RUN_TASK_INDEX',
  'CLOUD_RUN_TASK_COUNT',
  'CLOUD_RUN_TASK_ATTEMPT',
];

/** Memory in MiB for each number of vCPU. Source: https://docs.cloud.google.com/run/docs/configuring/services/memory-limits */
const memoryRanges: Readonly<Record<number, readonly [least: number, most: number]>> = {
  1: [128, 4_096],
  2: [128, 8_192],
  4: [2_048, 16_384],
  6: [4_096, 24_576],
  8: [4_096, 32_768],
};

function memoryRange(cpu: number): readonly [least: number, most: number] | undefined {
  if (cpu < 0.5) return [128, 512];
  return cpu < 1 ? [128, 1_024] : memoryRanges[cpu];
}

/** What Cloud Run refuses in a container, of a service or of a job. */
export const runContainerRules: readonly Rule[] = [
  inputRule({
    id: 'gcp.run.container',
    refuses: 'A template without a container.',
    source: containerReference,
    types,
    check: ({ inputs }) =>
      (workloadOf(inputs).containers ?? []).length === 0 ? 'template.containers must hold a container' : undefined,
  }),
  inputRule({
    id: 'gcp.run.image-host',
    refuses: 'Images of other registries than Artifact Registry, Container Registry and Docker Hub, as of ECR.',
    source: 'https://docs.cloud.google.com/run/docs/deploying#images',
    types,
    check: ({ inputs }) =>
      (workloadOf(inputs).containers ?? []).flatMap(({ image }) => {
        const [host = '', ...path] = image.split('/');
        const hasHost = path.length > 0 && /[.:]|^localhost$/.test(host);
        const isKnown = /^(([a-z0-9-]+\.)?gcr\.io|[a-z0-9-]+-docker\.pkg\.dev|(index\.)?docker\.io)$/.test(host);
        return !hasHost || isKnown
          ? []
          : [
              `Expected an image path like [host/]repo-path[:tag and/or @digest], where host is one of [region.]gcr.io, [region-]docker.pkg.dev or docker.io but obtained ${image}`,
            ];
      }),
  }),
  inputRule({
    id: 'gcp.run.reserved-env',
    refuses: `Variables that Cloud Run sets itself: ${reserved.join(', ')}; in jobs ${reservedInJobs.join(', ')}.`,
    source: 'https://docs.cloud.google.com/run/docs/configuring/services/environment-variables#reserved',
    types,
    check: ({ inputs, urn }) => {
      const names = urn.includes(jobType.token) ? [...reserved, ...reservedInJobs] : reserved;
      return variablesOf(workloadOf(inputs).containers)
        .filter(({ name }) => names.includes(name))
        .map(
          ({ name }) =>
            `template.containers[0].env[${name}].name: The following reserved env names were provided: ${name}. These values are automatically set by the system.`,
        );
    },
  }),
  inputRule({
    id: 'gcp.run.env-names',
    refuses:
      'Variables with an empty name, one with "=" or beginning with X_GOOGLE_, or one that is there twice; more than 1000.',
    source: 'https://docs.cloud.google.com/run/docs/configuring/services/environment-variables',
    types,
    check: ({ inputs }) =>
      (workloadOf(inputs).containers ?? []).flatMap(({ envs = [] }) => {
        const names = envs.map(({ name }) => name);
        return [
          ...names
            .filter((name) => name === '' || name.includes('=') || name.startsWith('X_GOOGLE_'))
            .map((name) => `envs: the name "${name}" is not allowed`),
          ...names
            .filter((name, index) => names.indexOf(name) !== index)
            .map((name) => `envs: the name "${name}" is there twice`),
          ...(names.length > 1_000 ? ['envs must be at most 1000'] : []),
        ];
      }),
  }),
  inputRule({
    id: 'gcp.run.env-source',
    refuses: 'A variable with both a value and a secret.',
    source: `${containerReference}#EnvVar`,
    types,
    check: ({ inputs }) =>
      variablesOf(workloadOf(inputs).containers)
        .filter(({ value, valueSource }) => (value ?? '') !== '' && valueSource !== undefined)
        .map(({ name }) => `envs "${name}": value and valueSource must not both be set`),
  }),
  inputRule({
    id: 'gcp.run.cpu',
    refuses: 'CPU other than 0.08 to 1, 2, 4, 6 or 8.',
    source: 'https://docs.cloud.google.com/run/docs/configuring/services/cpu',
    types,
    check: ({ inputs, urn }) => {
      const least = urn.includes(jobType.token) ? 1 : 0.08;
      return containersWithLimit(workloadOf(inputs).containers, 'cpu').flatMap((text) => {
        const cpu = parseCpu(text);
        const exists = cpu !== undefined && ((cpu >= least && cpu <= 1) || [2, 4, 6, 8].includes(cpu));
        return exists
          ? []
          : [
              `Invalid value specified for cpu. For the specified value, cpu must be one of ${least === 1 ? '1' : '0.08 to 1'}, 2, 4, 6, 8: resources.limits.cpu is ${text}`,
            ];
      });
    },
  }),
  inputRule({
    id: 'gcp.run.memory',
    refuses:
      'Memory that does not go with the CPU: 128 MiB to 4 GiB with 1, up to 8 with 2, 2 to 16 with 4, 4 to 24 with 6, 4 to 32 with 8.',
    source: 'https://docs.cloud.google.com/run/docs/configuring/services/memory-limits',
    types,
    check: ({ inputs }) =>
      (workloadOf(inputs).containers ?? []).flatMap((container) => {
        const text = container.resources?.limits?.memory ?? '512Mi';
        const { cpu, memoryMiB } = sizeOf(container);
        if (memoryMiB === undefined)
          return [`resources.limits.memory must be a quantity such as 512Mi or 1Gi, not ${text}`];
        const range = cpu === undefined ? undefined : memoryRange(cpu);
        if (!range || (memoryMiB >= range[0] && memoryMiB <= range[1])) return [];
        return [
          `Invalid value specified for container memory. For ${cpu} CPU, memory must be between ${range[0]}Mi and ${range[1]}Mi inclusive: resources.limits.memory is ${text}`,
        ];
      }),
  }),
  inputRule({
    id: 'gcp.run.memory-second-generation',
    refuses: 'Less than 512 MiB in the second generation of the execution environment, in which all jobs run.',
    source: 'https://docs.cloud.google.com/run/docs/configuring/services/memory-limits#memory-minimum',
    types,
    check: ({ inputs, urn }) => {
      const workload = workloadOf(inputs);
      const isSecond = urn.includes(jobType.token) || workload.executionEnvironment === 'EXECUTION_ENVIRONMENT_GEN2';
      return containersWithLimit(isSecond ? workload.containers : [], 'memory')
        .filter((text) => (parseMemoryMiB(text) ?? 512) < 512)
        .map(
          (text) =>
            `Invalid value specified for container memory. Total memory < 512 Mi is not supported with gen2 execution environment: resources.limits.memory is ${text}`,
        );
    },
  }),
  inputRule({
    id: 'gcp.run.limits',
    refuses: 'Limits of anything but cpu, memory and nvidia.com/gpu.',
    source: `${containerReference}#ResourceRequirements`,
    types,
    check: ({ inputs }) =>
      (workloadOf(inputs).containers ?? []).flatMap(({ resources }) =>
        Object.keys(resources?.limits ?? {})
          .filter((key) => !['cpu', 'memory', 'nvidia.com/gpu'].includes(key))
          .map((key) => `resources.limits must be cpu, memory or nvidia.com/gpu, not ${key}`),
      ),
  }),
  inputRule({
    id: 'gcp.run.startup-probe',
    refuses:
      'Start-up probes out of range: initialDelaySeconds 0 to 240, periodSeconds 1 to 240, timeoutSeconds 1 to 240 and under the period, failureThreshold from 1.',
    source: 'https://docs.cloud.google.com/run/docs/configuring/healthchecks',
    types,
    check: ({ inputs }) =>
      (workloadOf(inputs).containers ?? []).flatMap(({ startupProbe }) =>
        probeProblems('startupProbe', startupProbe, 240),
      ),
  }),
  inputRule({
    id: 'gcp.run.liveness-probe',
    refuses:
      'Liveness probes out of range: initialDelaySeconds 0 to 3600, periodSeconds 1 to 3600, timeoutSeconds 1 to 3600 and under the period, failureThreshold from 1.',
    source: 'https://docs.cloud.google.com/run/docs/configuring/healthchecks',
    types: serviceType,
    check: ({ inputs }) =>
      (workloadOf(inputs).containers ?? []).flatMap(({ livenessProbe }) =>
        probeProblems('livenessProbe', livenessProbe, 3_600),
      ),
  }),
  inputRule({
    id: 'gcp.run.vpc-access',
    refuses:
      'An egress setting that does not exist, a connector beside network interfaces, or an interface without network and subnetwork.',
    source: 'https://docs.cloud.google.com/run/docs/configuring/vpc-direct-vpc',
    types,
    check: ({ inputs }) => {
      const access = workloadOf(inputs).vpcAccess;
      const cards = access?.networkInterfaces ?? [];
      return [
        ...(access?.egress === undefined || ['ALL_TRAFFIC', 'PRIVATE_RANGES_ONLY'].includes(access.egress)
          ? []
          : [`vpcAccess.egress must be ALL_TRAFFIC or PRIVATE_RANGES_ONLY, not ${access.egress}`]),
        ...(access?.connector !== undefined && cards.length > 0
          ? ['vpcAccess: one of connector and networkInterfaces must be set, not both']
          : []),
        ...(cards.length > 1 ? ['vpcAccess.networkInterfaces must be one'] : []),
        ...cards.flatMap(({ network, subnetwork }) =>
          network === undefined && subnetwork === undefined
            ? ['vpcAccess.networkInterfaces[0]: network or subnetwork must be set']
            : [],
        ),
      ];
    },
  }),
];

function variablesOf(containers: readonly RunContainer[] | undefined) {
  return (containers ?? []).flatMap(({ envs }) => envs ?? []);
}

function containersWithLimit(containers: readonly RunContainer[] | undefined, limit: 'cpu' | 'memory'): string[] {
  return (containers ?? []).flatMap(({ resources }) => resources?.limits?.[limit] ?? []);
}

function probeProblems(name: string, probe: RunProbe | undefined, most: number): string[] {
  if (!probe) return [];
  const {
    failureThreshold = 3,
    httpGet,
    initialDelaySeconds = 0,
    periodSeconds = 10,
    tcpSocket,
    timeoutSeconds = 1,
  } = probe;
  const kinds = [httpGet, tcpSocket, probe.grpc].filter((kind) => kind !== undefined);
  const inRange = (value: number, least: number) => Number.isInteger(value) && value >= least && value <= most;
  // Google's own default probe waits 240 s in a period of 240 s.
  const fits = timeoutSeconds < periodSeconds || (tcpSocket !== undefined && timeoutSeconds === periodSeconds);
  return [
    ...(kinds.length === 1 ? [] : [`${name}: one of httpGet, tcpSocket and grpc must be set`]),
    ...(inRange(initialDelaySeconds, 0)
      ? []
      : [`${name}.initialDelaySeconds must be 0 to ${most}, not ${initialDelaySeconds}`]),
    ...(inRange(periodSeconds, 1) ? [] : [`${name}.periodSeconds must be 1 to ${most}, not ${periodSeconds}`]),
    ...(inRange(timeoutSeconds, 1) ? [] : [`${name}.timeoutSeconds must be 1 to ${most}, not ${timeoutSeconds}`]),
    ...(fits
      ? []
      : [`${name}.timeoutSeconds (${timeoutSeconds}) must be smaller than periodSeconds (${periodSeconds})`]),
    ...(Number.isInteger(failureThreshold) && failureThreshold >= 1
      ? []
      : [`${name}.failureThreshold must be at least 1, not ${failureThreshold}`]),
    ...(httpGet?.path !== undefined && !httpGet.path.startsWith('/')
      ? [`${name}.httpGet.path must begin with "/", not "${httpGet.path}"`]
      : []),
  ];
}
