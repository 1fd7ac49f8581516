import * as budgets from '@pulumi/aws/budgets';
import type * as pulumi from '@pulumi/pulumi';
import { alarms } from '../alarms';
import type { AwsNames } from './names';

/**
 * Tells of the account's whole cost: a budget of the stack alone needs its tags to be made cost allocation tags by hand, and
 * would until then stay at nothing, in silence. Source: https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-best-practices.html
 */
export function createBudget(
  { names, monthlyBudget, topicArn }: { names: AwsNames; monthlyBudget: number; topicArn: pulumi.Output<string> },
  options: pulumi.CustomResourceOptions,
): void {
  const tell = (notificationType: 'ACTUAL' | 'FORECASTED', threshold: number) => ({
    comparisonOperator: 'GREATER_THAN',
    notificationType,
    threshold,
    thresholdType: 'PERCENTAGE',
    subscriberSnsTopicArns: [topicArn],
  });
  new budgets.Budget(
    'cost',
    {
      name: names('budget', 'cost'),
      budgetType: 'COST',
      limitAmount: String(monthlyBudget),
      limitUnit: 'USD',
      timeUnit: 'MONTHLY',
      notifications: [tell('ACTUAL', alarms.cost.threshold.value), tell('FORECASTED', 100)],
    },
    options,
  );
}
