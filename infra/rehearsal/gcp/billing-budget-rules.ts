import { applyRule, inputRule } from '../rules';
import { budget, channelsOf } from './billing-budget';
import { googleError, notFound } from './google-error';
import { findChannel } from './monitoring-channel';
import { apiRules } from './project-services';

const source = 'https://docs.cloud.google.com/billing/docs/reference/budget/rest/v1/billingAccounts.budgets';
const mostChannels = 5;
const bases = ['CURRENT_SPEND', 'FORECASTED_SPEND'];

const rules = [
  inputRule({
    id: 'gcp.billing.account',
    refuses: 'Billing accounts other than as 012345-567890-ABCDEF.',
    source,
    types: budget,
    check: ({ inputs: { billingAccount } }) =>
      /^(billingAccounts\/)?[0-9A-F]{6}-[0-9A-F]{6}-[0-9A-F]{6}$/.test(billingAccount)
        ? undefined
        : googleError(400, `billingAccount must be as 012345-567890-ABCDEF, not "${billingAccount}"`),
  }),
  inputRule({
    id: 'gcp.billing.amount',
    refuses: 'Budgets without exactly one amount, of whole units and a currency of three letters.',
    source: `${source}#budgetamount`,
    types: budget,
    check: ({ inputs: { amount } }) => {
      const { specifiedAmount, lastPeriodAmount } = amount;
      if ((specifiedAmount === undefined) === (lastPeriodAmount === undefined)) {
        return 'exactly one of amount.specifiedAmount and amount.lastPeriodAmount must be set';
      }
      const { units = '0', currencyCode = 'USD' } = specifiedAmount ?? {};
      return [
        ...(/^\d+$/.test(units)
          ? []
          : [googleError(400, `amount.specifiedAmount.units must be a whole number, not ${units}`)]),
        ...(/^[A-Z]{3}$/.test(currencyCode)
          ? []
          : [
              googleError(
                400,
                `amount.specifiedAmount.currencyCode must be of ISO 4217, such as USD, not ${currencyCode}`,
              ),
            ]),
      ];
    },
  }),
  inputRule({
    id: 'gcp.billing.thresholds',
    refuses:
      'Thresholds under 0 (1 is the whole budget), forecasts of what is no calendar month, other bases of spending.',
    source: `${source}#thresholdrule`,
    types: budget,
    check: ({ inputs: { thresholdRules = [], budgetFilter } }) =>
      thresholdRules.flatMap(({ thresholdPercent, spendBasis = 'CURRENT_SPEND' }) => [
        ...(thresholdPercent >= 0
          ? []
          : [googleError(400, `thresholdPercent must be at least 0, not ${thresholdPercent}`)]),
        ...(bases.includes(spendBasis)
          ? []
          : [`expected spendBasis to be one of ${bases.join(', ')}, got ${spendBasis}`]),
        ...(spendBasis === 'FORECASTED_SPEND' && budgetFilter?.customPeriod !== undefined
          ? [googleError(400, 'FORECASTED_SPEND needs a calendar period, not budgetFilter.customPeriod')]
          : []),
      ]),
  }),
  inputRule({
    id: 'gcp.billing.name',
    refuses: 'Names of more than 60 characters.',
    source,
    types: budget,
    check: ({ inputs: { displayName = '' } }) =>
      displayName.length <= 60
        ? undefined
        : googleError(400, `displayName must be at most 60 characters, not ${displayName.length}`),
  }),
  inputRule({
    id: 'gcp.billing.filter',
    refuses: 'Projects that are not projects/ID, more than one label, services that are not services/ID.',
    source: `${source}#filter`,
    types: budget,
    check: ({ inputs: { budgetFilter } }) => {
      const { projects = [], services = [], labels = {} } = budgetFilter ?? {};
      return [
        ...(projects.every((project) => /^projects\/[a-z0-9-]+$/.test(project))
          ? []
          : [googleError(400, `budgetFilter.projects must be as projects/123456789012, not ${projects.join(', ')}`)]),
        ...(services.every((service) => /^services\/[0-9A-F-]+$/.test(service))
          ? []
          : [googleError(400, 'budgetFilter.services must be as services/24E6-581D-38E5')]),
        ...(Object.keys(labels).length <= 1 ? [] : [googleError(400, 'budgetFilter.labels must be a single label')]),
      ];
    },
  }),
  applyRule({
    id: 'gcp.billing.channels',
    refuses: `More than ${mostChannels} channels, channels that do not exist, and others than e-mail.`,
    source: `${source}#notificationsrule`,
    types: budget,
    check: ({ inputs, cloud }) => [
      ...(channelsOf(inputs).length <= mostChannels
        ? []
        : [googleError(400, `allUpdatesRule.monitoringNotificationChannels must be at most ${mostChannels}`)]),
      ...channelsOf(inputs).flatMap((name) => {
        const channel = findChannel(cloud, name);
        if (!channel) return [notFound('Notification channel', name)];
        return channel.inputs.type === 'email'
          ? []
          : [
              googleError(
                400,
                `For Cloud Billing budget alerts, you must use email notification channels, not ${channel.inputs.type}`,
              ),
            ];
      }),
    ],
  }),
];

export const billingSimulation = {
  resources: [budget],
  functions: [],
  rules: [...apiRules('billing', 'billingbudgets', [budget]), ...rules],
};
