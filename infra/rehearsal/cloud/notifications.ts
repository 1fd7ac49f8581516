import { type Cloud, table } from './cloud';

/** A message that a cloud sent to somebody about an alarm. */
export type Notification = {
  /** An e-mail address or a URL. */
  readonly to: string;
  /** The alarm's name. */
  readonly about: string;
  readonly state: 'alarm' | 'ok';
  /** What the receiver reads. */
  readonly text: string;
  readonly atMs: number;
};

const sent = table<Notification>('notifications');

export function notify(cloud: Cloud, notification: Omit<Notification, 'atMs'>): void {
  const outbox = cloud.table(sent);
  outbox.set(String(outbox.size).padStart(9, '0'), { ...notification, atMs: cloud.clock.now() });
}

/** Everything that was ever sent, in its order. */
export function notificationsOf(cloud: Cloud): Notification[] {
  return [...cloud.table(sent).values()];
}

/** What a receiver must do once before a cloud sends anything: the link in the first e-mail. */
type Confirmation = { readonly address: string; confirm(): void };

const pending = table<Confirmation>('subscriptions to confirm');

/** `key` names the subscription, so that one that goes away is asked no more. */
export function askToConfirm(cloud: Cloud, key: string, confirmation: Confirmation): void {
  cloud.table(pending).set(key, confirmation);
}

export function forgetConfirmation(cloud: Cloud, key: string): void {
  cloud.table(pending).delete(key);
}

/** Does as receivers do who click on every link; gives who had to. */
export function confirmAll(cloud: Cloud): string[] {
  const asked = cloud.table(pending);
  const addresses = [...asked.values()].map(({ address, confirm }) => {
    confirm();
    return address;
  });
  asked.clear();
  return addresses;
}
