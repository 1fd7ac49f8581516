import * as monitoring from '@pulumi/gcp/monitoring';
import * as pulumi from '@pulumi/pulumi';
import type { StackConfig } from '../config';
import type { AlarmPlace } from './alarms';

export type Channels = { email: pulumi.Output<string> | undefined; webhook: pulumi.Output<string> | undefined };

/** Who is told. Google asks neither for a confirmation. Source: https://docs.cloud.google.com/monitoring/support/notification-options */
export function createChannels(
  { email, webhook }: Pick<StackConfig['alerts'], 'email' | 'webhook'>,
  { names, labels, options }: Omit<AlarmPlace, 'channels'>,
): Channels {
  const create = (part: string, type: string, address: Record<string, pulumi.Input<string>>) =>
    new monitoring.NotificationChannel(
      `alerts-${part}`,
      { displayName: names('notificationChannel', part), type, labels: address, userLabels: labels },
      options,
    ).name;
  return {
    email: email === '' ? undefined : create('email', 'email', { email_address: email }),
    // Its path or its query is often the only thing that keeps strangers out.
    webhook: webhook === '' ? undefined : create('webhook', 'webhook_tokenauth', { url: pulumi.secret(webhook) }),
  };
}
