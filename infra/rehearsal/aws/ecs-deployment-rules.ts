import { applyRule, inputRule } from '../rules';
import { serviceHandle } from './ecs-handles';
import { forwardsOf } from './forwarding';
import { listenerRule } from './listener-rule';
import { targetGroup } from './target-group';

const strategies = ['ROLLING', 'BLUE_GREEN', 'LINEAR', 'CANARY'];

/** How one revision of a service replaces another. */
export const deploymentRules = [
  inputRule({
    id: 'aws.ecs.strategy',
    refuses: 'A strategy that does not exist, its numbers outside their ranges, or the numbers of another strategy.',
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html',
    types: serviceHandle,
    check: ({ inputs: { deploymentConfiguration = {} } }) => {
      const {
        strategy = 'ROLLING',
        bakeTimeInMinutes,
        canaryConfiguration,
        linearConfiguration,
      } = deploymentConfiguration;
      return [
        ...(strategies.includes(strategy)
          ? []
          : [`expected deploymentConfiguration.strategy to be one of ${JSON.stringify(strategies)}, got ${strategy}`]),
        ...refuseMinutes('bakeTimeInMinutes', bakeTimeInMinutes),
        ...refuseMinutes('canaryConfiguration.canaryBakeTimeInMinutes', canaryConfiguration?.canaryBakeTimeInMinutes),
        ...refuseMinutes('linearConfiguration.stepBakeTimeInMinutes', linearConfiguration?.stepBakeTimeInMinutes),
        ...refusePercent('canaryConfiguration.canaryPercent', canaryConfiguration?.canaryPercent, 0.1),
        ...refusePercent('linearConfiguration.stepPercent', linearConfiguration?.stepPercent, 3),
        ...(canaryConfiguration && strategy !== 'CANARY'
          ? [`InvalidParameterException: canaryConfiguration is only valid with the strategy CANARY, not ${strategy}`]
          : []),
        ...(linearConfiguration && strategy !== 'LINEAR'
          ? [`InvalidParameterException: linearConfiguration is only valid with the strategy LINEAR, not ${strategy}`]
          : []),
      ];
    },
  }),
  inputRule({
    id: 'aws.ecs.advanced-configuration',
    refuses:
      'Any strategy but ROLLING without an alternate target group, the rule of the requests and a role for each load balancer.',
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_AdvancedConfiguration.html',
    types: serviceHandle,
    check: ({ inputs: { deploymentConfiguration, loadBalancers = [] } }) => {
      const { strategy = 'ROLLING' } = deploymentConfiguration ?? {};
      if (strategy === 'ROLLING') return undefined;
      if (loadBalancers.length === 0 && strategy !== 'BLUE_GREEN') {
        return `InvalidParameterException: The strategy ${strategy} shifts requests: the service needs a load balancer (loadBalancers)`;
      }
      return loadBalancers.flatMap(({ advancedConfiguration, targetGroupArn }) => {
        if (!advancedConfiguration) {
          return [
            'InvalidParameterException: advancedConfiguration field is required for all loadBalancers when using a non-ROLLING deployment strategy.',
          ];
        }
        return advancedConfiguration.alternateTargetGroupArn === targetGroupArn
          ? ['InvalidParameterException: alternateTargetGroupArn must be another target group than targetGroupArn']
          : [];
      });
    },
  }),
  applyRule({
    id: 'aws.ecs.production-rule',
    refuses: 'A rule of the requests that is no listener rule, or that does not forward to both target groups.',
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/blue-green-deployment-implementation.html',
    types: serviceHandle,
    check: ({ inputs: { loadBalancers = [] }, cloud }) =>
      loadBalancers.flatMap(({ advancedConfiguration, targetGroupArn = '' }) => {
        if (!advancedConfiguration) return [];
        const { productionListenerRule, testListenerRule, alternateTargetGroupArn } = advancedConfiguration;
        const missing = [productionListenerRule, ...(testListenerRule === undefined ? [] : [testListenerRule])].filter(
          (arn) => !cloud.find(listenerRule, arn),
        );
        if (missing.length > 0) {
          return missing.map(
            (arn) =>
              `InvalidParameterException: The listener rule ${arn} does not exist: it must be the ARN of a listener rule of the Application Load Balancer (productionListenerRule)`,
          );
        }
        if (!cloud.find(targetGroup, alternateTargetGroupArn)) {
          return [
            `InvalidParameterException: Unable to retrieve the target group ${alternateTargetGroupArn} (alternateTargetGroupArn)`,
          ];
        }
        const forwards = (cloud.find(listenerRule, productionListenerRule)?.inputs.actions ?? []).flatMap(forwardsOf);
        return [targetGroupArn, alternateTargetGroupArn]
          .filter((group) => !forwards.some(({ arn }) => arn === group))
          .map(
            (group) =>
              `InvalidParameterException: The productionListenerRule ${productionListenerRule} must forward to both target groups, with weights: it does not to ${group}`,
          );
      }),
  }),
  applyRule({
    id: 'aws.ecs.capacity-change',
    refuses: 'Another strategy of capacity providers without a new deployment.',
    source:
      'https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/ecs_service#force_new_deployment',
    types: serviceHandle,
    check: ({ inputs, previous }) =>
      previous &&
      !inputs.forceNewDeployment &&
      JSON.stringify(previous.inputs.capacityProviderStrategies ?? []) !==
        JSON.stringify(inputs.capacityProviderStrategies ?? [])
        ? 'force_new_deployment should be true when capacity_provider_strategy is being updated (forceNewDeployment)'
        : undefined,
  }),
];

function refuseMinutes(property: string, minutes: string | undefined): string[] {
  const isRight = minutes === undefined || (/^\d+$/.test(minutes) && Number(minutes) <= 1_440);
  return isRight ? [] : [`expected deploymentConfiguration.${property} to be in the range (0 - 1440), got ${minutes}`];
}

function refusePercent(property: string, percent: number | undefined, least: number): string[] {
  const isRight = percent === undefined || (percent >= least && percent <= 100);
  return isRight
    ? []
    : [
        `expected deploymentConfiguration.${property} to be in the range (${least.toFixed(6)} - 100.000000), got ${percent}`,
      ];
}
