import type { Container, ContainerArgs } from '@pulumi/docker';
import { FailedInPlace } from '../cloud/refusal';
import { resource } from '../declare';
import { judgeOperation } from '../rules';
import { endContainer, isEnded, startContainer } from './container-runs';
import { startRules } from './container-start-rules';
import { type ContainerInputs, type ContainerLifecycle, containerType } from './container-type';
import { findNetwork } from './network';
import { contentsOf, volume } from './volume';

/**
 * What the provider changes in place; all else is a new container.
 * Source: https://github.com/kreuzwerker/terraform-provider-docker/blob/master/internal/provider/resource_docker_container.go
 */
const replaceOn: readonly (keyof ContainerInputs)[] = [
  'capabilities',
  'cgroupParent',
  'cgroupnsMode',
  'command',
  'cpuPeriod',
  'cpuQuota',
  'cpus',
  'deviceCgroupRules',
  'deviceRequests',
  'devices',
  'dns',
  'dnsOpts',
  'dnsSearches',
  'domainname',
  'entrypoints',
  'envs',
  'gpus',
  'groupAdds',
  'healthcheck',
  'hostname',
  'hosts',
  'image',
  'ipcMode',
  'labels',
  'logDriver',
  'logOpts',
  'mounts',
  'name',
  'networkMode',
  'networksAdvanced',
  'pidMode',
  'platform',
  'ports',
  'privileged',
  'publishAllPorts',
  'readOnly',
  'runtime',
  'securityOpts',
  'shmSize',
  'stdinOpen',
  'stopSignal',
  'stopTimeout',
  'storageOpts',
  'sysctls',
  'tty',
  'ulimits',
  'uploads',
  'user',
  'usernsMode',
  'volumes',
  'workingDir',
];

export const container = resource<Container, ContainerArgs>({
  token: containerType.token,
  naming: { maxLength: 255 },
  replaceOn,
  // Source: https://github.com/pulumi/pulumi-docker/blob/master/provider/resources.go
  deleteBeforeReplace: true,
  unordered: ['envs', 'labels', 'networksAdvanced', 'securityOpts', 'uploads', 'volumes'],
  defaults: { mustRun: true, restart: 'no', start: true, waitTimeout: 60 },
  empty: ['bridge', 'command', 'containerLogs', 'entrypoints', 'envs', 'exitCode', 'labels', 'networkDatas'],
  id: ({ seed }) => seed.hex(64),
  outputs: ({ inputs, id }) => ({
    healthcheck: { ...inputs.healthcheck },
    hostname: inputs.hostname ?? id.slice(0, 12),
    init: inputs.init ?? false,
    ipcMode: inputs.ipcMode ?? 'private',
    logDriver: inputs.logDriver ?? 'json-file',
    platform: 'linux',
    runtime: inputs.runtime ?? 'runc',
    securityOpts: inputs.securityOpts ?? [],
    shmSize: inputs.shmSize ?? 64,
    stopSignal: inputs.stopSignal ?? '',
    stopTimeout: inputs.stopTimeout ?? 0,
  }),
  unique: ({ inputs }) => `Docker container ${inputs.name}`,
  exists: ({ inputs }) =>
    `Unable to create container: Error response from daemon: Conflict. The container name "/${inputs.name}" is already in use. You have to remove (or rename) that container to be able to reuse that name.`,
  uses: ({ inputs, cloud }) => [
    ...(inputs.networksAdvanced ?? []).map(({ name }) => findNetwork(cloud, name)),
    ...(inputs.volumes ?? []).map(({ volumeName = '' }) => cloud.find(volume, volumeName)),
  ],
  create: async (lifecycle) => {
    upload(lifecycle);
    if (lifecycle.inputs.start === false) return;
    const findings = await judgeOperation(startRules, lifecycle);
    if (findings.length > 0) throw new FailedInPlace(findings.join('\n'));
    await startContainer(lifecycle);
  },
  read: ({ cloud, entity, inputs, id }) => {
    if (inputs.start === false || inputs.mustRun === false || !isEnded(cloud, id)) return;
    entity.outputs = { ...entity.outputs, mustRun: false };
  },
  delete: async (lifecycle): Promise<'gone'> => {
    await endContainer(lifecycle);
    return 'gone';
  },
});

/** Into the volume that is mounted there. Elsewhere it would be in the container alone, where nothing here looks for it. */
function upload({ inputs, cloud }: ContainerLifecycle): void {
  for (const { file, content, contentBase64 } of inputs.uploads ?? []) {
    const mount = (inputs.volumes ?? []).find(({ containerPath = '' }) => file.startsWith(`${containerPath}/`));
    if (!mount?.containerPath || !mount.volumeName) continue;
    const text = content ?? Buffer.from(contentBase64 ?? '', 'base64').toString();
    contentsOf(cloud, mount.volumeName).files.set(file.slice(mount.containerPath.length), text);
  }
}
