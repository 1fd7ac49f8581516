import type { billing } from '@pulumi/gcp';
import type { Unwrap } from '@pulumi/pulumi';
import { type Cloud, type Entity, table } from '../cloud/cloud';
import { addAlarmSource, type DeclaredAlarm } from '../cloud/declared-alarms';
import { onEachMinute } from '../cloud/minutes';
import { notify } from '../cloud/notifications';
import type { OutputsOf } from '../declare';
import { googleResource } from './declare';
import { findChannel, receiverOf } from './monitoring-channel';
import { feedPoints, readPoints } from './monitoring-series';

type BudgetArgs = Unwrap<billing.BudgetArgs>;
type Budget = Entity<BudgetArgs, OutputsOf<billing.Budget>>;

/** Thresholds that were told of, each once in a month: by budget, month and threshold. */
const told = table<true>('gcp budget thresholds told');
const defaultRecipients = 'the administrators and users of the billing account';
/** What a month has cost until now: the newest point counts. */
const costType = 'billing.googleapis.com/cost';
const monthSeconds = 7 * 24 * 3_600;

export const budget = googleResource<billing.Budget, billing.BudgetArgs>({
  token: 'gcp:billing/budget:Budget',
  replaceOn: ['billingAccount'],
  seconds: { create: 2, update: 2, delete: 2 },
  id: ({ inputs, seed }) => `billingAccounts/${inputs.billingAccount}/budgets/${seed.uuid()}`,
  outputs: ({ id, inputs }) => ({
    name: id.split('/').at(-1) ?? '',
    budgetFilter: {
      calendarPeriod: 'MONTH',
      creditTypesTreatment: 'INCLUDE_ALL_CREDITS',
      ...inputs.budgetFilter,
    } as OutputsOf<billing.Budget>['budgetFilter'],
  }),
  uses: ({ inputs, cloud }) => channelsOf(inputs).map((name) => findChannel(cloud, name)),
  create: ({ cloud }) => {
    onEachMinute(cloud, 'gcp 3: budgets', evaluateAll);
    addAlarmSource(cloud, 'gcp budgets', (all) => all.list(budget).map((one) => declare(all, one)));
  },
});

export function channelsOf({ allUpdatesRule }: BudgetArgs): readonly string[] {
  return allUpdatesRule?.monitoringNotificationChannels ?? [];
}

function series({ inputs }: Budget): Readonly<Record<string, string>> {
  return { 'metric.type': costType, billing_account: inputs.billingAccount, budget: inputs.displayName ?? '' };
}

function spent(cloud: Cloud, one: Budget): number {
  const restrictions = Object.entries(series(one)).flatMap(([name, value]) =>
    name === 'metric.type' ? [] : [{ field: `resource.label.${name}`, operator: '=' as const, value }],
  );
  const found = readPoints(cloud, one.inputs.billingAccount, { restrictions, type: costType, seconds: monthSeconds });
  return found.at(-1)?.samples.at(-1)?.value ?? 0;
}

function limitOf({ inputs }: Budget): number {
  const { units = '0', nanos = 0 } = inputs.amount.specifiedAmount ?? {};
  return Number(units) + nanos / 1e9;
}

function isReached(cloud: Cloud, one: Budget): boolean {
  return (one.inputs.thresholdRules ?? []).some(
    ({ thresholdPercent }) => spent(cloud, one) >= thresholdPercent * limitOf(one),
  );
}

function evaluateAll(cloud: Cloud): void {
  for (const one of cloud.list(budget)) {
    for (const { thresholdPercent, spendBasis = 'CURRENT_SPEND' } of one.inputs.thresholdRules ?? []) {
      const month = cloud.clock.timestamp().slice(0, 7);
      const key = `${one.id} ${month} ${spendBasis} ${thresholdPercent}`;
      if (spent(cloud, one) < thresholdPercent * limitOf(one) || cloud.table(told).has(key)) continue;
      cloud.table(told).set(key, true);
      const about = one.inputs.displayName ?? one.id;
      for (const to of receiversOf(cloud, one)) notify(cloud, { to, about, state: 'alarm', text: textOf(one) });
    }
  }
}

function textOf({ inputs }: Budget): string {
  return `Budget alert: ${inputs.displayName ?? ''}`;
}

function receiversOf(cloud: Cloud, { inputs }: Budget): string[] {
  const own = channelsOf(inputs).flatMap((name) => receiverOf(cloud, name) ?? []);
  return inputs.allUpdatesRule?.disableDefaultIamRecipients === true ? own : [...own, defaultRecipients];
}

function declare(cloud: Cloud, one: Budget): DeclaredAlarm {
  return {
    name: one.inputs.displayName ?? one.id,
    cloudName: 'gcp',
    // Google writes the message by itself.
    text: undefined,
    state: () => (isReached(cloud, one) ? 'alarm' : 'ok'),
    feed: (health) =>
      feedPoints(cloud, one.inputs.billingAccount, series(one), [limitOf(one) * (health === 'bad' ? 2 : 0.1)]),
    minutesToChange: 2,
    receivers: () => receiversOf(cloud, one),
    tellsRecovery: false,
  };
}
