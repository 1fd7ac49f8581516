import * as pulumi from '@pulumi/pulumi';
import { type Static, type TObject, type TOptional, type TSchema, Type } from 'typebox';
import { Value } from 'typebox/value';
import { connectionsNeeded, largestMaxInstances } from './connections';
import { DeploymentError } from './deployment-error';
import type { StackIdentity } from './names';
import { parseSettings, parseText } from './parse-settings';
import { findRestoreProblems, RestoreSchema } from './restore';
import { findRotationProblems, RotationSchema } from './rotation';
import type { Cloud, ServiceSpec, Target } from './target';
import { targets as allTargets } from './targets';

export const namespace = 'taproom';
const targetNames = Object.keys(allTargets);
/** Those with registries, domains and zones to choose. */
const cloudNames = [...new Set(Object.values(allTargets).flatMap(({ cloud }) => (cloud.isLocal ? [] : [cloud.name])))];
const closed = { additionalProperties: false };
/** Node 24.18 on Debian 12, by the digest of its index: the same bytes for every build until this line changes. */
const nodeImage = 'node:24-bookworm-slim@sha256:6f7b03f7c2c8e2e784dcf9295400527b9b1270fd37b7e9a7285cf83b6951452d';
const baseImage = {
  pattern: '^$|^[^@\\s]+@sha256:[0-9a-f]{64}$',
  allowed: 'an image with its digest, NAME@sha256:..., or empty',
  default: nodeImage,
};

/** One optional entry for each cloud that there is. */
function byCloud<Schema extends TSchema>(schema: Schema, options: object = {}) {
  const properties: Record<string, TOptional<Schema>> = {};
  for (const cloud of cloudNames) properties[cloud] = Type.Optional(schema) as TOptional<Schema>;
  return Type.Object(properties, { ...closed, ...options });
}

/** Every setting of `taproom:`: type, limits, default, meaning. The README's table, Pulumi.yaml and types follow it. */
export const StackConfigSchema = Type.Object(
  {
    targets: Type.Array(Type.Enum(targetNames), {
      default: [],
      description: "where the service runs, in any order; `app_url` is the first one's",
    }),
    companyName: Type.String({ maxLength: 200, default: 'My Company', description: 'what the service calls itself' }),
    service: Type.Object(
      {
        cpu: Type.Number({ minimum: 0.25, maximum: 16, default: 0.25, description: 'vCPU of an instance' }),
        memoryMiB: Type.Integer({ minimum: 256, maximum: 65_536, default: 512, description: 'memory of an instance' }),
        minInstances: Type.Integer({ minimum: 0, maximum: 1_000, default: 1, description: 'instances kept warm' }),
        maxInstances: Type.Integer({ minimum: 1, maximum: 1_000, default: 2, description: 'instances at the most' }),
      },
      {
        ...closed,
        default: {},
        description: 'at least this: each target takes the next size that it has, and prints it',
      },
    ),
    database: Type.Object(
      {
        engine: Type.Enum(['rds', 'aurora'], { default: 'rds', description: 'on AWS; Google Cloud has Cloud SQL' }),
        size: Type.Enum(['small', 'medium', 'large'], { default: 'small', description: 'class of the server' }),
        highAvailability: Type.Boolean({ default: false, description: 'a standby in another zone, for the cache too' }),
      },
      { ...closed, default: {}, description: 'one Postgres per cloud, which its targets share' },
    ),
    cache: Type.Enum(['managed', 'none'], {
      default: 'managed',
      description: 'one Redis per cloud, or `none`: each instance caches in its own process',
    }),
    settings: Type.Object(
      Object.fromEntries(Object.entries(allTargets).map(([name, { Settings }]) => [name, Type.Optional(Settings)])),
      { ...closed, default: {}, description: 'by target: what only that target has' },
    ),
    domain: byCloud(
      Type.Object(
        {
          name: Type.String({ description: 'the name under which the service answers' }),
          zone: Type.String({ description: 'the DNS zone that holds it, in the same account' }),
        },
        closed,
      ),
      { default: {}, description: "by cloud: HTTPS under one's own name, on the target that can" },
    ),
    registries: Type.Union([Type.Literal('stack'), byCloud(Type.String())], {
      default: 'stack',
      allowed: `stack, or an object with a repository for each cloud: {${cloudNames.join(', ')}}`,
      description: '`stack`: its own; or by cloud the address of one that stacks share, without a tag',
    }),
    imageDigest: Type.String({
      pattern: '^$|^sha256:[0-9a-f]{64}$',
      allowed: 'sha256: and 64 hexadecimal digits, or empty',
      default: '',
      description: 'deploy this image, which each registry must have; empty: build one',
    }),
    build: Type.Object(
      {
        buildImage: Type.String({
          ...baseImage,
          description: 'base of the build stage; empty: as the Dockerfile has it',
        }),
        runtimeImage: Type.String({ ...baseImage, description: 'base of the image; empty: as the Dockerfile has it' }),
        builder: Type.String({ default: '', description: 'a buildx builder by name; empty: the current one' }),
      },
      { ...closed, default: {}, description: 'how the image is built' },
    ),
    zones: byCloud(
      Type.Array(Type.String(), { minItems: 2, maxItems: 2, description: 'such as [use1-az1, use1-az2]' }),
      {
        default: {},
        description: 'by cloud: ids of two availability zones, where the program must not choose',
      },
    ),
    alerts: Type.Object(
      {
        enabled: Type.Boolean({ default: false, description: 'alarms and dashboards' }),
        email: Type.String({
          pattern: '^$|^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$',
          allowed: 'an address, such as alerts@example.com, or empty',
          default: '',
          description: 'who is told',
        }),
        webhook: Type.String({
          pattern: '^$|^https://[^\\s/]+\\S*$',
          allowed: 'an address that begins with https://, or empty',
          default: '',
          description: 'what is called, with JSON of the cloud that calls',
        }),
        monthlyBudget: Type.Integer({
          minimum: 1,
          maximum: 1_000_000,
          default: 100,
          description: 'US dollars a month on each cloud, above which somebody is told',
        }),
        billingAccount: Type.String({
          pattern: '^$|^[0-9A-F]{6}(-[0-9A-F]{6}){2}$',
          allowed: "a billing account's id, such as 012345-567890-ABCDEF, or empty",
          default: '',
          description: 'of Google Cloud, which has budgets only there; empty: no budget on it',
        }),
      },
      { ...closed, default: {}, description: 'alarms' },
    ),
    rotation: RotationSchema,
    restore: byCloud(RestoreSchema, {
      default: {},
      description: 'by cloud: a database server restored from a moment of the one before',
    }),
    protect: Type.Boolean({ default: false, description: 'deletion protection, final snapshots, longer retention' }),
    permissionsBoundary: Type.String({
      pattern: '^$|^arn:aws:iam::[0-9]{12}:policy/[\\w+=,.@/-]+$',
      allowed: 'the ARN of a policy, or empty',
      default: '',
      description: "bounds every role that the stack makes on AWS, as the delivery's own roles demand",
    }),
  },
  closed,
);

type Settings = Static<typeof StackConfigSchema>;
export type EnabledTarget = { name: string; target: Target; settings: unknown };
export type StackConfig = Omit<Settings, 'targets' | 'settings'> & {
  identity: StackIdentity;
  targets: EnabledTarget[];
  /** By cloud: the provider's own settings, such as `aws:region`. */
  providers: Record<string, Record<string, unknown>>;
};

/** Connections for requests in each instance, by database size: the same on every target, whatever else is enabled. */
const poolSizes = { small: 2, medium: 5, large: 10 } as const;

/** Thrown before anything is created, with every problem found. */
export class StackConfigError extends DeploymentError {
  constructor(readonly problems: readonly string[]) {
    super(`The stack's configuration is not valid:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'StackConfigError';
  }
}

/** Reads and checks the whole configuration of the stack. Throws StackConfigError with all problems together. */
export function loadStackConfig(): StackConfig {
  const values = pulumi.runtime.allConfig();
  const problems: string[] = [];
  const read = <Schema extends TObject>(prefix: string, schema: Schema): Static<Schema> => {
    const parsed = parseSettings(prefix, schema, values);
    problems.push(...parsed.problems);
    return parsed.value;
  };

  const { targets: _, settings, ...rest } = read(namespace, StackConfigSchema);
  const given = parseText(StackConfigSchema.properties.targets, values[`${namespace}:targets`] ?? '[]');
  // Those that are right are checked further, whatever is wrong with the others.
  const names = Array.isArray(given) ? given.filter((name) => targetNames.includes(name)) : [];
  const targets = [...new Set<string>(names)].map((name) => {
    const target = getTarget(name);
    return { name, target, settings: Value.Default(target.Settings, settings[name] ?? {}) };
  });
  const clouds = cloudsOf(targets);
  const providers = Object.fromEntries(clouds.map((cloud) => [cloud.name, read(cloud.name, cloud.ProviderSettings)]));
  const identity = { project: pulumi.getProject(), stack: pulumi.getStack() };
  const config: StackConfig = { ...rest, identity, targets, providers };

  problems.push(...findTargetProblems(given), ...findInstanceProblems(config), ...findAlertProblems(config));
  problems.push(...findRotationProblems(config.rotation));
  for (const cloud of clouds) {
    problems.push(
      ...cloud.findProblems(config),
      ...findRestoreProblems(cloud.name, config.restore[cloud.name]),
      ...findConnectionProblems(config, cloud),
      ...findDomainProblems(config, cloud),
    );
  }
  for (const { name, target, settings } of targets) {
    const found = target.findProblems(serviceSpec(config, target), settings);
    problems.push(...found.map((problem) => `${name}: ${problem}`));
  }
  if (problems.length > 0) throw new StackConfigError(problems);
  return config;
}

/** The clouds of the targets, each once, in an order of its own: that of the targets changes nothing. */
export function cloudsOf(targets: readonly EnabledTarget[]): Cloud[] {
  const clouds = [...new Set(targets.map(({ target }) => target.cloud))];
  return clouds.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * What a target is asked to run. A domain is for the one target of its cloud that answers under it; where there is none,
 * each is asked, and says why not.
 */
export function serviceSpec(config: StackConfig, target: Target): ServiceSpec {
  const { companyName, database, protect, service } = config;
  const isAsked = target.servesDomain || domainServers(config, target.cloud).length === 0;
  const domain = isAsked ? config.domain[target.cloud.name] : undefined;
  return { ...service, companyName, poolSize: poolSizes[database.size], domain, protect };
}

function domainServers({ targets }: StackConfig, cloud: Cloud): EnabledTarget[] {
  return targets.filter(({ target }) => target.cloud === cloud && target.servesDomain);
}

function getTarget(name: string): Target {
  const target = allTargets[name];
  if (target === undefined) throw new Error(`no target is called ${name}`);
  return target;
}

function findTargetProblems(given: unknown): string[] {
  if (!Array.isArray(given)) return [];
  if (given.length === 0) return [`${namespace}:targets must name at least one of ${targetNames.join(', ')}`];
  return given.flatMap((name, index) =>
    given.indexOf(name) < index ? [`${namespace}:targets[${index}] is ${name} again: name each target once`] : [],
  );
}

function findInstanceProblems({ service: { minInstances, maxInstances } }: StackConfig): string[] {
  return minInstances <= maxInstances
    ? []
    : [`${namespace}:service.minInstances must be at most ${namespace}:service.maxInstances, which is ${maxInstances}`];
}

function findAlertProblems({ alerts, targets }: StackConfig): string[] {
  if (!alerts.enabled) return [];
  const unwatched = targets.filter(({ target }) => !target.cloud.hasAlarms).map(({ name }) => name);
  return [
    ...(unwatched.length === 0
      ? []
      : [`${namespace}:alerts.enabled must be false with the target ${unwatched.join(', ')}, which has no alarms`]),
    ...(alerts.email === '' && alerts.webhook === ''
      ? [
          `${namespace}:alerts must have an email or a webhook while ${namespace}:alerts.enabled is true: somebody must be told`,
        ]
      : []),
  ];
}

/** One name has one record, and so one address. */
function findDomainProblems(config: StackConfig, cloud: Cloud): string[] {
  const servers = domainServers(config, cloud).map(({ name }) => name);
  if (config.domain[cloud.name] === undefined || servers.length < 2) return [];
  return [
    `${namespace}:domain.${cloud.name} must be left out, or ${namespace}:targets name only one of ${servers.join(', ')}: ` +
      'a name leads to one of them',
  ];
}

function findConnectionProblems(config: StackConfig, cloud: Cloud): string[] {
  const { maxInstances } = config.service;
  const poolSize = poolSizes[config.database.size];
  const limits = cloud.connectionLimits(config.database);
  const targetCount = config.targets.filter(({ target }) => target.cloud === cloud).length;
  const needed = connectionsNeeded({ poolSize, maxInstances, targetCount }) + limits.reserved;
  if (needed <= limits.connections) return [];
  const most = largestMaxInstances({ poolSize, targetCount }, limits);
  return [
    `${namespace}:service.maxInstances must be at most ${most} for a ${config.database.size} database on ${cloud.name}: ` +
      `${maxInstances} need ${needed} connections (targets: ${targetCount}, pool: ${poolSize}, old and new at a roll-out), ` +
      `and it allows ${limits.connections}; or choose a larger ${namespace}:database.size`,
  ];
}
