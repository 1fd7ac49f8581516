import * as billing from '@pulumi/gcp/billing';
import { getProjectOutput } from '@pulumi/gcp/organizations';
import * as pulumi from '@pulumi/pulumi';
import { alarms, runbookOf } from '../alarms';
import type { StackConfig } from '../config';
import type { Channels } from './notifications';

/** Of the whole project, as costs without a label (traffic, for one) belong to no stack. What cannot be told is warned of. */
export function createBudget(
  { billingAccount, monthlyBudget }: StackConfig['alerts'],
  { project, channels }: { project: string; channels: Channels },
  options: pulumi.CustomResourceOptions,
): string[] {
  if (billingAccount === '') {
    return [
      'no budget watches the cost: Google has budgets only on a billing account, which is taproom:alerts.billingAccount',
    ];
  }
  const { number } = getProjectOutput({ projectId: project }, { parent: options.parent });
  new billing.Budget(
    'cost',
    {
      billingAccount,
      displayName: budgetName(project),
      budgetFilter: { projects: [pulumi.interpolate`projects/${number}`], calendarPeriod: 'MONTH' },
      amount: { specifiedAmount: { currencyCode: 'USD', units: String(monthlyBudget) } },
      thresholdRules: [
        { thresholdPercent: alarms.cost.threshold.value / 100, spendBasis: 'CURRENT_SPEND' },
        { thresholdPercent: 1, spendBasis: 'FORECASTED_SPEND' },
      ],
      allUpdatesRule: {
        monitoringNotificationChannels: channels.email === undefined ? [] : [channels.email],
        // Nobody would be told otherwise.
        disableDefaultIamRecipients: channels.email !== undefined,
      },
    },
    options,
  );
  if (channels.webhook === undefined) return [];
  const instead = channels.email === undefined ? ": the billing account's administrators and users hear of it" : '';
  return [`taproom:alerts.webhook hears nothing of the cost, since Google tells it by e-mail only${instead}`];
}

/** At most 60 characters, and the only text of it that its receivers see. */
function budgetName(project: string): string {
  return `${project}: ${runbookOf('cost')}`;
}
