import { resourceName, type StackIdentity } from '../names';

/** The longest name of each kind of resource. Sources: the REST reference of each API. */
export const gcpNameLimits = {
  address: 63,
  // A name for people: any text of 512 characters.
  alertPolicy: 512,
  cloudRunService: 49,
  dashboard: 512,
  // `project:instance` has at most 98 characters, and a project at most 30.
  databaseInstance: 67,
  logBucket: 100,
  logSink: 100,
  // Names of its jobs: 63 characters, of which Pulumi takes 8.
  migration: 55,
  monitoredService: 63,
  network: 63,
  notificationChannel: 512,
  redisInstance: 40,
  repository: 63,
  secret: 255,
  serviceAccount: 30,
  subnetwork: 63,
  uptimeCheck: 512,
} as const;

/** The name of one resource; `part` tells it from others of its kind, `suffix` from an earlier life of the stack. */
export type GcpNames = (kind: keyof typeof gcpNameLimits, part: string, suffix?: string) => string;

export function gcpNames(identity: StackIdentity): GcpNames {
  return (kind, part, suffix) => {
    if (suffix === undefined) return resourceName(identity, part, gcpNameLimits[kind]);
    return `${resourceName(identity, part, gcpNameLimits[kind] - suffix.length - 1)}-${suffix}`;
  };
}

/** Marks the stack's resources where there are no labels; what `npm run sweep` looks for. */
export function stackDescription({ project, stack }: StackIdentity): string {
  return `${project}/${stack}`;
}
