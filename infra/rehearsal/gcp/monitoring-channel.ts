import type { monitoring } from '@pulumi/gcp';
import type { Cloud } from '../cloud/cloud';
import { inputRule } from '../rules';
import { fullName, googleResource, keep } from './declare';
import { googleError } from './google-error';

export const notificationChannel = googleResource<monitoring.NotificationChannel, monitoring.NotificationChannelArgs>({
  token: 'gcp:monitoring/notificationChannel:NotificationChannel',
  replaceOn: ['project'],
  defaults: { enabled: true, forceDelete: false },
  // Neither e-mail nor webhooks have to be verified.
  empty: ['verificationStatus'],
  seconds: { create: 2, delete: 2 },
  id: ({ place, seed }) => `projects/${place.project}/notificationChannels/${seed.digits(19)}`,
  outputs: ({ id, previous }) => ({ name: id, ...keep(previous, 'name') }),
  inUse: ({ id, inputs }, users) =>
    inputs.forceDelete === true
      ? undefined
      : `Error when reading or editing NotificationChannel: ${googleError(
          400,
          `Could not delete "${id}" because it is still being referenced by: ${users
            .map(({ entity, description }) => `"${entity?.id ?? description}"`)
            .join(', ')}`,
        )}`,
});

/** By its name, with the project's id or number. */
export function findChannel(cloud: Cloud, name: string) {
  return cloud.list(notificationChannel).find(({ id, place }) => id === fullName(name, place, 'notificationChannels'));
}

/** Where messages to a channel arrive: an address or a URL. Nowhere while it is disabled. */
export function receiverOf(cloud: Cloud, name: string): string | undefined {
  const channel = findChannel(cloud, name);
  if (!channel || channel.inputs.enabled === false) return undefined;
  const { email_address: address, url } = channel.inputs.labels ?? {};
  return address ?? url;
}

/** Labels that each type must have. Source: https://docs.cloud.google.com/monitoring/alerts/using-channels-api */
const requiredLabels: Readonly<Record<string, readonly string[]>> = {
  email: ['email_address'],
  webhook_tokenauth: ['url'],
  webhook_basicauth: ['url', 'username'],
  pubsub: ['topic'],
  slack: ['channel_name'],
  pagerduty: [],
  sms: ['number'],
  google_chat: ['space'],
};

export const channelRules = [
  inputRule({
    id: 'gcp.monitoring.channel-type',
    refuses: 'Notification channels of a type that Google lacks, or without the labels that their type must have.',
    source: 'https://docs.cloud.google.com/monitoring/alerts/using-channels-api',
    types: notificationChannel,
    check: ({ inputs: { type, labels = {}, sensitiveLabels } }) => {
      const required = requiredLabels[type];
      if (!required) {
        const known = Object.keys(requiredLabels).join(', ');
        return googleError(400, `Field "notification_channel.type" had an invalid value of "${type}": one of ${known}`);
      }
      const missing = required.filter((label) => (labels[label] ?? '') === '');
      const secret =
        type === 'webhook_basicauth' && !(sensitiveLabels?.password || labels.password) ? ['password'] : [];
      return [...missing, ...secret].map((label) =>
        googleError(400, `Field "notification_channel.labels['${label}']" is required for the "${type}" channel type.`),
      );
    },
  }),
  inputRule({
    id: 'gcp.monitoring.channel-address',
    refuses: 'E-mail channels whose address is none, and webhooks whose URL is not http or https.',
    source: 'https://docs.cloud.google.com/monitoring/support/notification-options',
    types: notificationChannel,
    check: ({ inputs: { type, labels = {} } }) => {
      const { email_address: address = '', url = '' } = labels;
      if (type === 'email' && address !== '' && !/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(address)) {
        return googleError(400, 'Field "notification_channel.labels[\'email_address\']" must be an e-mail address');
      }
      if (type.startsWith('webhook_') && url !== '' && !/^https?:\/\/[^/\s]+/.test(url)) {
        return googleError(400, 'Field "notification_channel.labels[\'url\']" must be a URL of http or https');
      }
      return undefined;
    },
  }),
];
