import type { budgets } from '@pulumi/aws';
import { type Cloud, table } from '../cloud/cloud';
import { addAlarmSource, type DeclaredAlarm } from '../cloud/declared-alarms';
import { onEachMinute } from '../cloud/minutes';
import { resource } from '../declare';
import { accountId, globalArn } from './declare';
import { receiversOf } from './sns';
import { publish } from './sns-publish';

export const budget = resource<budgets.Budget, budgets.BudgetArgs>({
  token: 'aws:budgets/budget:Budget',
  naming: { maxLength: 100 },
  replaceOn: ['accountId', 'billingViewArn', 'budgetType', 'name', 'namePrefix'],
  defaults: { timePeriodEnd: '2087-06-15_00:00' },
  empty: ['costFilters', 'namePrefix'],
  seconds: { create: 1, update: 1, delete: 1 },
  id: ({ inputs }) => `${accountId}:${inputs.name}`,
  outputs: ({ inputs, place, previous }) => ({
    accountId,
    arn: globalArn('budgets', place, `budget/${inputs.name}`),
    costTypes: inputs.costTypes ?? everyCost,
    limitAmount: inputs.limitAmount ?? '0',
    limitUnit: inputs.limitUnit ?? 'USD',
    timePeriodStart: previous?.timePeriodStart ?? inputs.timePeriodStart ?? '2026-11-01_00:00',
  }),
  unique: ({ inputs }) => `budget ${inputs.name}`,
  exists: ({ inputs }) =>
    `DuplicateRecordException: Error creating budget: ${inputs.name} - the budget already exists.`,
  create: ({ cloud }) => {
    onEachMinute(cloud, 'aws 3: budgets', evaluateBudgets);
    addAlarmSource(cloud, 'aws budgets', listBudgets);
  },
});

/** Source: https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_CostTypes.html */
const everyCost = {
  includeCredit: true,
  includeDiscount: true,
  includeOtherSubscription: true,
  includeRecurring: true,
  includeRefund: true,
  includeSubscription: true,
  includeSupport: true,
  includeTax: true,
  includeUpfront: true,
  useAmortized: false,
  useBlended: false,
};

/** What the month has cost, in percent of the budget; by id of the budget. */
const spent = table<number>('spent of aws budgets');
/** What was told in this month already. */
const told = table<true>('told of aws budgets');

const passes: Readonly<Record<string, (part: number, limit: number) => boolean>> = {
  GREATER_THAN: (part, limit) => part > limit,
  LESS_THAN: (part, limit) => part < limit,
  EQUAL_TO: (part, limit) => part === limit,
};

/** A day's costs come hours later in AWS; here they are known at once. */
async function evaluateBudgets(cloud: Cloud): Promise<void> {
  for (const { id, inputs } of cloud.list(budget)) {
    const percent = cloud.table(spent).get(id) ?? 0;
    for (const [index, notification] of (inputs.notifications ?? []).entries()) {
      const { comparisonOperator, threshold, thresholdType, subscriberSnsTopicArns = [] } = notification;
      const limit = thresholdType === 'PERCENTAGE' ? threshold : (100 * threshold) / Number(inputs.limitAmount);
      const key = `${id} ${index}`;
      if (!passes[comparisonOperator]?.(percent, limit) || cloud.table(told).has(key)) continue;
      cloud.table(told).set(key, true);
      const text = `${inputs.name} has passed ${threshold} of ${inputs.limitAmount} ${inputs.limitUnit}`;
      const message = { about: inputs.name ?? id, state: 'alarm', text } as const;
      for (const topicArn of subscriberSnsTopicArns) {
        await publish(cloud, { service: 'budgets.amazonaws.com', topicArn, message });
      }
    }
  }
}

function listBudgets(cloud: Cloud): DeclaredAlarm[] {
  return cloud.list(budget).map(({ id, inputs }) => {
    const isTold = () => [...cloud.table(told).keys()].some((key) => key.startsWith(`${id} `));
    return {
      name: inputs.name ?? id,
      cloudName: 'aws',
      // A budget's message has no text of its own.
      text: undefined,
      state: () => (isTold() ? 'alarm' : 'ok'),
      feed: (health) => {
        cloud.table(spent).set(id, health === 'bad' ? 120 : 0);
        // A new month begins.
        if (health === 'good')
          for (const key of [...cloud.table(told).keys()]) if (key.startsWith(`${id} `)) cloud.table(told).delete(key);
      },
      minutesToChange: 1,
      receivers: () =>
        (inputs.notifications ?? []).flatMap(({ subscriberSnsTopicArns = [] }) =>
          subscriberSnsTopicArns.flatMap((topicArn) => receiversOf(cloud, topicArn)),
        ),
      tellsRecovery: false,
    };
  });
}
