import { applyRule, inputRule } from '../rules';
import { budget } from './budgets';
import { topic } from './sns';

const source = 'https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_CreateBudget.html';
const notificationSource =
  'https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_Notification.html';
const choices = {
  comparisonOperator: ['GREATER_THAN', 'LESS_THAN', 'EQUAL_TO'],
  notificationType: ['ACTUAL', 'FORECASTED'],
  thresholdType: ['PERCENTAGE', 'ABSOLUTE_VALUE'],
} as const;

export const budgetRules = [
  inputRule({
    id: 'aws.budgets.limit',
    refuses:
      'A limit that is no amount above 0, a cost in another unit than dollars, or a time that budgets do not have.',
    source,
    types: budget,
    check: ({ inputs: { limitAmount, limitUnit, timeUnit, budgetType, name = 'generated' } }) => [
      ...(/^[^:\\]{1,100}$/.test(name)
        ? []
        : ['InvalidParameterException: name must have 1 to 100 characters, without : and \\']),
      ...(limitAmount === undefined || (/^\d+(\.\d+)?$/.test(limitAmount) && Number(limitAmount) > 0)
        ? []
        : [`InvalidParameterException: limitAmount must be an amount above 0, not ${limitAmount}`]),
      ...(budgetType === 'COST' && limitUnit !== 'USD' && limitUnit !== undefined
        ? [`InvalidParameterException: Unit should be USD for a COST budget, not ${limitUnit} (limitUnit)`]
        : []),
      ...(['DAILY', 'MONTHLY', 'QUARTERLY', 'ANNUALLY', 'CUSTOM'].includes(timeUnit)
        ? []
        : [`expected timeUnit to be one of ["DAILY" "MONTHLY" "QUARTERLY" "ANNUALLY"], got ${timeUnit}`]),
    ],
  }),
  inputRule({
    id: 'aws.budgets.notification',
    refuses: 'More than ten notifications, one that tells nobody or more than one topic, or values that do not exist.',
    source: notificationSource,
    types: budget,
    check: ({ inputs: { notifications = [] } }) => [
      ...(notifications.length > 10 ? ['CreationLimitExceededException: notifications must be at most 10'] : []),
      ...notifications.flatMap((notification) => {
        const { subscriberSnsTopicArns: arns = [], subscriberEmailAddresses: emails = [], threshold } = notification;
        return [
          ...(arns.length + emails.length === 0
            ? [
                'InvalidParameterException: Notification must have at least one subscriber (subscriberSnsTopicArns or subscriberEmailAddresses)',
              ]
            : []),
          ...(arns.length > 1 ? ['CreationLimitExceededException: subscriberSnsTopicArns must be at most 1'] : []),
          ...(emails.length > 10
            ? ['CreationLimitExceededException: subscriberEmailAddresses must be at most 10']
            : []),
          ...(threshold > 0 ? [] : [`InvalidParameterException: threshold must be above 0, not ${threshold}`]),
          ...Object.entries(choices).flatMap(([property, allowed]) => {
            const value = notification[property as keyof typeof choices];
            return (allowed as readonly string[]).includes(value)
              ? []
              : [`expected ${property} to be one of ${JSON.stringify(allowed)}, got ${value}`];
          }),
        ];
      }),
    ],
  }),
  applyRule({
    id: 'aws.budgets.topic-missing',
    refuses: 'A budget that tells a topic which does not exist.',
    source: 'https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-sns-policy.html',
    types: budget,
    check: ({ inputs, cloud }) =>
      (inputs.notifications ?? [])
        .flatMap(({ subscriberSnsTopicArns = [] }) => subscriberSnsTopicArns)
        .filter((topicArn) => cloud.findBy(topic, 'arn', topicArn) === undefined)
        .map((topicArn) => `InvalidParameterException: Topic does not exist: ${topicArn} (subscriberSnsTopicArns)`),
  }),
];
