import { listOf, readPath, recordOf, recordsOf } from '../policy/read-inputs';
import { backupGb, keptImagesGb } from './kept-data';
import { busyVcpu, instancesAt, logGb, millionRequests } from './load';
import { hoursPerMonth, secondsPerMonth } from './price';
import type { Part, Pricers } from './priced-resource';

/** For each project, every month. Source: https://cloud.google.com/stackdriver/pricing */
const free = { logGib: 50, uptimeExecutions: 1_000_000 };
/** Where uptime checks come from unless they are told. */
const allRegions = 6;
/** Sizes from M2 on have another price. Source: https://cloud.google.com/memorystore/docs/redis/pricing */
const largestM1 = 4;

/** `512Mi`, `2Gi`: in GiB. */
function gib(memory: unknown): number {
  const amount = Number.parseFloat(String(memory));
  return String(memory).endsWith('Gi') ? amount : amount / 1_024;
}

/** `db-custom-2-7680`, or the smallest one, which has a price of its own. */
function sqlServer(tier: string, copies: number): Part[] {
  const [, vcpus = '0', memoryMiB = '0'] = /^db-custom-(\d+)-(\d+)$/.exec(tier) ?? [];
  if (vcpus === '0' && tier !== 'db-f1-micro') {
    throw new RangeError(
      `there is no price of Cloud SQL's ${tier} (infra/cost): the table has db-f1-micro and db-custom-*`,
    );
  }
  const hours = copies * hoursPerMonth;
  return [
    { what: 'server, shared core', price: 'gcp.sql.db-f1-micro', quantity: vcpus === '0' ? hours : 0 },
    { what: 'server, vCPU', price: 'gcp.sql.vcpu-hour', quantity: Number(vcpus) * hours },
    { what: 'server, memory', price: 'gcp.sql.gib-hour', quantity: (Number(memoryMiB) / 1_024) * hours },
  ];
}

/** What costs something on Google Cloud. */
export const google: Pricers = {
  'gcp:cloudrunv2/service:Service': ({ inputs, load }) => {
    const template = recordOf(inputs.template);
    const [container] = recordsOf(template.containers);
    const resources = recordOf(container?.resources);
    const { cpu = '1', memory = '512Mi' } = recordOf(resources.limits);
    const scaling = recordOf(template.scaling);
    const min = Number(scaling.minInstanceCount ?? 0);
    const max = Number(scaling.maxInstanceCount ?? 100);
    const vcpu = Number(cpu);
    // Without requests at a time, an instance is active for as long as each takes; never more than all of them.
    const isByRequest = resources.cpuIdle !== false;
    const active = Math.min(busyVcpu(load), max);
    const byRequest = isByRequest ? active * secondsPerMonth : 0;
    const warm = isByRequest ? Math.max(0, min - active) * secondsPerMonth : 0;
    const whole = isByRequest ? 0 : instancesAt(load, { vcpu, min, max }) * secondsPerMonth;
    return [
      { what: 'vCPU during requests', price: 'gcp.run.active-vcpu-second', quantity: byRequest * vcpu },
      { what: 'memory during requests', price: 'gcp.run.active-gib-second', quantity: byRequest * gib(memory) },
      { what: 'vCPU of warm instances', price: 'gcp.run.idle-vcpu-second', quantity: warm * vcpu },
      { what: 'memory of warm instances', price: 'gcp.run.idle-gib-second', quantity: warm * gib(memory) },
      { what: 'vCPU, instance-based', price: 'gcp.run.instance-vcpu-second', quantity: whole * vcpu },
      { what: 'memory, instance-based', price: 'gcp.run.instance-gib-second', quantity: whole * gib(memory) },
      { what: 'requests', price: 'gcp.run.requests', quantity: isByRequest ? millionRequests(load) : 0 },
      { what: 'answers to the internet', price: 'gcp.transfer.gb', quantity: load.gbOut },
    ];
  },
  'gcp:sql/databaseInstance:DatabaseInstance': ({ inputs, load }) => {
    const settings = recordOf(inputs.settings);
    const copies = settings.availabilityType === 'REGIONAL' ? 2 : 1;
    const backup = recordOf(settings.backupConfiguration);
    const kept = Number(readPath(backup, 'backupRetentionSettings.retainedBackups') ?? 7);
    return [
      ...sqlServer(String(settings.tier), copies),
      {
        what: 'disk',
        price: 'gcp.sql.storage',
        quantity: copies * Math.max(Number(settings.diskSize ?? 10), load.storedGb),
      },
      { what: 'backups', price: 'gcp.sql.backup', quantity: backup.enabled === true ? backupGb(load, kept) : 0 },
    ];
  },
  'gcp:redis/instance:Instance': ({ inputs: { tier, memorySizeGb } }) => {
    const size = Number(memorySizeGb);
    const kind = tier === 'STANDARD_HA' ? 'standard' : 'basic';
    const price =
      size <= largestM1 ? (`gcp.redis.${kind}-gib-hour` as const) : (`gcp.redis.${kind}-m2-gib-hour` as const);
    return [{ what: 'memory', price, quantity: size * hoursPerMonth }];
  },
  'gcp:artifactregistry/repository:Repository': () => [
    { what: 'images', price: 'gcp.registry.gb', quantity: keptImagesGb },
  ],
  'gcp:secretmanager/secretVersion:SecretVersion': () => [
    { what: 'version', price: 'gcp.secret.version', quantity: 1 },
  ],
  'gcp:logging/projectBucketConfig:ProjectBucketConfig': ({ inputs, load }) => {
    const gb = logGb(load);
    const monthsMore = Math.max(0, Number(inputs.retentionDays ?? 30) - 30) / 30;
    return [
      // Each line goes to the project's own bucket too.
      { what: 'log lines, in two buckets', price: 'gcp.logs.gib', quantity: Math.max(0, 2 * gb - free.logGib) },
      { what: 'log lines kept for longer', price: 'gcp.logs.kept-gib', quantity: gb * monthsMore },
    ];
  },
  'gcp:monitoring/alertPolicy:AlertPolicy': ({ inputs }) => [
    { what: 'conditions', price: 'gcp.alert.condition', quantity: recordsOf(inputs.conditions).length },
  ],
  'gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig': ({ inputs, type, stack }) => {
    const checks = stack.filter((resource) => resource.type === type).length;
    const regions = listOf(inputs.selectedRegions).length || allRegions;
    const period = Number.parseFloat(String(inputs.period ?? '60s'));
    const executions = (secondsPerMonth / period) * regions;
    const beyond = Math.max(0, executions - free.uptimeExecutions / checks);
    return [{ what: 'checks from outside', price: 'gcp.uptime.executions', quantity: beyond / 1_000 }];
  },
  'gcp:kms/cryptoKey:CryptoKey': () => [{ what: 'key version', price: 'gcp.kms.key', quantity: 1 }],
};
