import { cpus as processors } from 'node:os';
import { applyRule, inputRule } from '../rules';
import { container } from './container';
import { startRules } from './container-start-rules';

const provider = 'https://github.com/kreuzwerker/terraform-provider-docker/blob/master/internal/provider';
const create = 'Unable to create container: Error response from daemon:';
const minMemoryMiB = 6;
const names = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;
const securityOptions = /^(no-new-privileges([:=](true|false))?|(label|apparmor|seccomp|systempaths)[:=].+)$/;
const capabilities = /^(ALL|(CAP_)?[A-Z_]+)$/;

export const containerRules = [
  ...startRules,
  inputRule({
    id: 'docker.container.name',
    refuses: 'A name with other characters than letters, digits, underscores, full stops and hyphens.',
    source: 'https://docs.docker.com/reference/cli/docker/container/create/#name',
    types: container,
    check: ({ inputs: { name = '' } }) =>
      names.test(name)
        ? undefined
        : `${create} Invalid container name (${name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`,
  }),
  inputRule({
    id: 'docker.container.memory-minimum',
    refuses: 'Less than 6 MB of memory.',
    source: 'https://docs.docker.com/engine/containers/resource_constraints/#limit-a-containers-access-to-memory',
    types: container,
    check: ({ inputs: { memory = 0 } }) =>
      memory > 0 && memory < minMemoryMiB ? `${create} Minimum memory limit allowed is 6MB` : undefined,
  }),
  inputRule({
    id: 'docker.container.memory-swap',
    refuses: 'A limit of memory and swap together that is below the limit of memory, or given without one.',
    source: 'https://docs.docker.com/engine/containers/resource_constraints/#--memory-swap-details',
    types: container,
    check: ({ inputs: { memory = 0, memorySwap = 0 } }) => {
      if (memorySwap <= 0) return undefined;
      if (memory === 0)
        return `${create} You should always set the Memory limit when using Memoryswap limit, see usage`;
      return memorySwap < memory
        ? `${create} Minimum memoryswap limit should be larger than memory limit, see usage`
        : undefined;
    },
  }),
  inputRule({
    id: 'docker.container.cpus',
    refuses: 'More processors than the machine has, or less than a hundredth of one.',
    source: 'https://docs.docker.com/engine/containers/resource_constraints/#cpu',
    types: container,
    check: ({ inputs: { cpus } }) => {
      const most = processors().length;
      return cpus === undefined || (Number(cpus) >= 0.01 && Number(cpus) <= most)
        ? undefined
        : `${create} Range of CPUs is from 0.01 to ${most}.00, as there are only ${most} CPUs available`;
    },
  }),
  inputRule({
    id: 'docker.container.env-format',
    refuses: 'A variable that is not NAME=VALUE.',
    source: 'https://docs.docker.com/reference/cli/docker/container/run/#env',
    types: container,
    // Only the place is told: a value may be a secret.
    check: ({ inputs: { envs = [] } }) =>
      envs.flatMap((entry, index) =>
        entry.indexOf('=') > 0 ? [] : [`envs[${index}]: invalid environment variable: it must be NAME=VALUE`],
      ),
  }),
  inputRule({
    id: 'docker.container.empty-argument',
    refuses: 'An argument that is empty: the provider takes none.',
    source: `${provider}/resource_docker_container_funcs.go`,
    types: container,
    check: ({ inputs: { command = [] } }) =>
      command.includes('') ? 'command: values for command may not be empty' : undefined,
  }),
  inputRule({
    id: 'docker.container.upload-source',
    refuses: 'An upload of nothing, or of several things.',
    source: `${provider}/resource_docker_container_funcs.go`,
    types: container,
    check: ({ inputs: { uploads = [] } }) =>
      uploads.flatMap(({ content, contentBase64, source }, index) => {
        const given = [content, contentBase64, source].filter((text) => text !== undefined && text !== '').length;
        if (given === 1) return [];
        const what = given === 0 ? 'one of %s must be set' : 'only one of %s can be set';
        return [
          `uploads[${index}]: error with upload content: ${what.replace('%s', "'content', 'content_base64', or 'source'")}`,
        ];
      }),
  }),
  inputRule({
    id: 'docker.container.upload-permissions',
    refuses: 'Permissions that are not four octal digits with a leading zero.',
    source: `${provider}/resource_docker_container.go`,
    types: container,
    check: ({ inputs: { uploads = [] } }) =>
      uploads.flatMap(({ permissions = '0644' }, index) =>
        /^0[0-7]{3}$/.test(permissions) ? [] : [`uploads[${index}].permissions must match ^0[0-7]{3}$, as 0644 does`],
      ),
  }),
  inputRule({
    id: 'docker.container.upload-read-only',
    refuses: 'An upload into a container whose file system is read-only.',
    source: 'https://docs.docker.com/reference/cli/docker/container/cp/',
    types: container,
    check: ({ inputs: { readOnly, uploads = [] } }) =>
      readOnly && uploads.length > 0
        ? 'uploads: Unable to upload volume content: Error response from daemon: container rootfs is marked read-only'
        : undefined,
  }),
  inputRule({
    id: 'docker.container.restart',
    refuses: 'A restart policy that does not exist, and a number of attempts for another one than on-failure.',
    source: 'https://docs.docker.com/engine/containers/start-containers-automatically/#use-a-restart-policy',
    types: container,
    check: ({ inputs: { restart = 'no', maxRetryCount = 0 } }) => {
      if (!['no', 'on-failure', 'always', 'unless-stopped'].includes(restart)) {
        return 'restart must be one of no, on-failure, always, unless-stopped';
      }
      return maxRetryCount > 0 && restart !== 'on-failure'
        ? `${create} invalid restart policy: maximum retry count can only be used with 'on-failure'`
        : undefined;
    },
  }),
  inputRule({
    id: 'docker.container.health-check-form',
    refuses: 'A health check that begins with none of CMD, CMD-SHELL and NONE.',
    source: 'https://docs.docker.com/reference/api/engine/version/v1.47/#tag/Container/operation/ContainerCreate',
    types: container,
    check: ({ inputs: { healthcheck } }) => {
      const [kind] = healthcheck?.tests ?? ['NONE'];
      return kind !== undefined && ['CMD', 'CMD-SHELL', 'NONE'].includes(kind)
        ? undefined
        : `healthcheck.tests: Unknown healthcheck type '${kind ?? ''}' (expected 'CMD', 'CMD-SHELL' or 'NONE')`;
    },
  }),
  inputRule({
    id: 'docker.container.health-check-times',
    refuses: 'Times of a health check that are no durations, or below a millisecond.',
    source: 'https://docs.docker.com/reference/api/engine/version/v1.47/#tag/Container/operation/ContainerCreate',
    types: container,
    check: ({ inputs: { healthcheck = {} } }) =>
      (['interval', 'timeout', 'startPeriod', 'startInterval'] as const).flatMap((key) =>
        /^(\d+(\.\d+)?(ms|s|m|h))+$|^0s?$/.test(healthcheck[key] ?? '0')
          ? []
          : [`healthcheck.${key} must be a duration, such as 10s or 1m`],
      ),
  }),
  inputRule({
    id: 'docker.container.security-option',
    refuses: 'A security option that does not exist.',
    source: 'https://docs.docker.com/reference/cli/docker/container/run/#security-opt',
    types: container,
    check: ({ inputs: { securityOpts = [] } }) =>
      securityOpts.flatMap((option) =>
        securityOptions.test(option) ? [] : [`${create} invalid --security-opt 1: "${option}"`],
      ),
  }),
  inputRule({
    id: 'docker.container.capability',
    refuses: 'A capability that is no name of one.',
    source: 'https://docs.docker.com/engine/containers/run/#runtime-privilege-and-linux-capabilities',
    types: container,
    check: ({ inputs: { capabilities: given = {} } }) =>
      [...(given.adds ?? []), ...(given.drops ?? [])].flatMap((name) =>
        capabilities.test(name) ? [] : [`${create} invalid capability: unknown capability: "${name}"`],
      ),
  }),
  inputRule({
    id: 'docker.container.volume',
    refuses: 'A volume that is mounted at a path that is not absolute, or twice at the same.',
    source: 'https://docs.docker.com/engine/storage/volumes/',
    types: container,
    check: ({ inputs: { volumes = [] } }) => {
      const paths = volumes.map(({ containerPath = '' }) => containerPath);
      return paths.flatMap((path, index): string[] => {
        if (!path.startsWith('/')) {
          return [`${create} invalid volume specification: invalid mount path: '${path}' mount path must be absolute`];
        }
        return paths.indexOf(path) < index ? [`${create} Duplicate mount point: ${path}`] : [];
      });
    },
  }),
  applyRule({
    id: 'docker.container.volume-name',
    refuses: 'A name of a volume with other characters than letters, digits, underscores, full stops and hyphens.',
    source: 'https://docs.docker.com/reference/cli/docker/volume/create/',
    types: container,
    check: ({ inputs: { volumes = [] } }) =>
      volumes.flatMap(({ volumeName }) =>
        volumeName === undefined || names.test(volumeName)
          ? []
          : [
              `${create} create ${volumeName}: "${volumeName}" includes invalid characters for a local volume name, only "[a-zA-Z0-9][a-zA-Z0-9_.-]" are allowed. If you intended to pass a host directory, use absolute path`,
            ],
      ),
  }),
];
