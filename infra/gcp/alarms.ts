import * as monitoring from '@pulumi/gcp/monitoring';
import type * as pulumi from '@pulumi/pulumi';
import { type AlarmKind, alarms, describeAlarm } from '../alarms';
import { buildCondition } from './alarm-conditions';
import type { GcpNames } from './names';
import type { AlarmSpec } from './service-alarms';

/** Who is told, and whose alarms they are. */
export type AlarmPlace = {
  names: GcpNames;
  labels: Record<string, string>;
  channels: pulumi.Output<string>[];
  options: pulumi.CustomResourceOptions;
};

/** For these somebody gets up at night. */
const critical: ReadonlySet<AlarmKind> = new Set([
  'availability',
  'server-errors',
  'failed-migration',
  'slo-fast-burn',
]);

/** The shortest that Google allows: an incident of which nothing more is measured is over. */
const autoClose = '1800s';

/** An alarm that tells when it begins and when it ends. `of` is what it watches: a target, or a shared part. */
export function createAlarm(
  of: string,
  { kind, conditions }: AlarmSpec,
  { names, labels, channels, options }: AlarmPlace,
): { id: pulumi.Output<string> } {
  const part = kind.startsWith(of) ? kind : `${of}-${kind}`;
  const displayName = names('alertPolicy', part);
  return new monitoring.AlertPolicy(
    part,
    {
      displayName,
      combiner: conditions.length === 1 ? 'OR' : 'AND',
      conditions: conditions.map(buildCondition),
      notificationChannels: channels,
      severity: critical.has(kind) ? 'CRITICAL' : 'WARNING',
      alertStrategy: { autoClose, notificationPrompts: ['OPENED', 'CLOSED'] },
      documentation: {
        subject: `${displayName}: ${alarms[kind].title}`.slice(0, 255),
        content: describeAlarm(kind),
        mimeType: 'text/markdown',
      },
      userLabels: labels,
    },
    options,
  );
}
