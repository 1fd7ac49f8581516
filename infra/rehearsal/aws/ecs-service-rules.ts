import { inputRule } from '../rules';
import { refuseStrategy } from './ecs-cluster';
import { serviceHandle } from './ecs-handles';
import { roomOf } from './ecs-rolling';

const source = 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html';

/** What a service is refused for by itself; its deployments are in ecs-deployment-rules.ts. */
export const serviceRules = [
  inputRule({
    id: 'aws.ecs.service-name',
    refuses: 'A name of a service other than 1 to 255 letters, digits, underscores and hyphens.',
    source,
    types: serviceHandle,
    check: ({ inputs: { name = 'generated' } }) =>
      /^[A-Za-z0-9_-]{1,255}$/.test(name)
        ? undefined
        : 'InvalidParameterException: The service name must be 1 to 255 letters, digits, underscores and hyphens (name)',
  }),
  inputRule({
    id: 'aws.ecs.launch-type',
    refuses: 'A launch type beside a strategy of capacity providers, or one that does not exist.',
    source,
    types: serviceHandle,
    check: ({ inputs: { launchType, capacityProviderStrategies: strategy, schedulingStrategy = 'REPLICA' } }) => {
      const known = ['EC2', 'FARGATE', 'EXTERNAL', 'MANAGED_INSTANCES'];
      if (launchType !== undefined && !known.includes(launchType)) {
        return `expected launchType to be one of ${JSON.stringify(known)}, got ${launchType}`;
      }
      if (launchType !== undefined && strategy !== undefined && strategy.length > 0) {
        return 'InvalidParameterException: Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again. (launchType)';
      }
      if (schedulingStrategy === 'DAEMON' && launchType === 'FARGATE') {
        return 'InvalidParameterException: The scheduling strategy DAEMON is not supported on Fargate. (schedulingStrategy)';
      }
      if (schedulingStrategy !== 'REPLICA') return `not simulated: schedulingStrategy ${schedulingStrategy}`;
      if (launchType !== undefined && launchType !== 'FARGATE') return `not simulated: launchType ${launchType}`;
      return refuseStrategy(strategy ?? []);
    },
  }),
  inputRule({
    id: 'aws.ecs.desired-count',
    refuses: 'A count of tasks below none, and a deployment that has no room for one task more or less.',
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html',
    types: serviceHandle,
    check: ({ inputs }) => {
      const { desiredCount = 0, deploymentConfiguration } = inputs;
      const { deploymentMinimumHealthyPercent: least = 100, deploymentMaximumPercent: most = 200 } = inputs;
      if (desiredCount < 0) return 'InvalidParameterException: desiredCount must not be less than 0';
      if ((deploymentConfiguration?.strategy ?? 'ROLLING') !== 'ROLLING') return undefined;
      if (least < 0 || least > 100)
        return 'InvalidParameterException: deploymentMinimumHealthyPercent must be 0 to 100';
      if (most < 100) return 'InvalidParameterException: deploymentMaximumPercent must be at least 100';
      if (least === 100 && most === 100) {
        return 'InvalidParameterException: Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.';
      }
      const { surge, gap } = roomOf(desiredCount, least, most);
      return desiredCount === 0 || surge + gap > 0
        ? undefined
        : `a deployment would be blocked: of ${desiredCount} tasks none may be added (deploymentMaximumPercent ${most}) and none may be missing (deploymentMinimumHealthyPercent ${least})`;
    },
  }),
  inputRule({
    id: 'aws.ecs.grace-period',
    refuses: 'A grace period for health checks without a load balancer, or one that is no number of seconds.',
    source,
    types: serviceHandle,
    check: ({ inputs: { healthCheckGracePeriodSeconds: seconds, loadBalancers = [] } }) => {
      if (seconds === undefined) return undefined;
      if (seconds < 0 || seconds > 2_147_483_647) {
        return `expected healthCheckGracePeriodSeconds to be in the range (0 - 2147483647), got ${seconds}`;
      }
      return loadBalancers.length > 0
        ? undefined
        : 'InvalidParameterException: Health check grace period is only valid for services configured to use load balancers (healthCheckGracePeriodSeconds)';
    },
  }),
  inputRule({
    id: 'aws.ecs.network-limits',
    refuses: 'More than 16 subnets or five security groups.',
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_AwsVpcConfiguration.html',
    types: serviceHandle,
    check: ({ inputs: { networkConfiguration } }) => {
      const { subnets = [], securityGroups = [] } = networkConfiguration ?? {};
      return [
        ...(networkConfiguration && (subnets.length === 0 || subnets.length > 16)
          ? ['InvalidParameterException: subnets can have 1 to 16 items. (networkConfiguration.subnets)']
          : []),
        ...(securityGroups.length > 5
          ? [
              'InvalidParameterException: securityGroups can have at most 5 items. (networkConfiguration.securityGroups)',
            ]
          : []),
      ];
    },
  }),
  inputRule({
    id: 'aws.ecs.not-simulated',
    refuses: 'Parts of a service that no simulated cloud runs: they would only seem to work.',
    source,
    types: serviceHandle,
    check: ({ inputs }) => [
      ...(
        ['serviceConnectConfiguration', 'serviceRegistries', 'volumeConfiguration', 'vpcLatticeConfigurations'] as const
      )
        .filter((property) => inputs[property] !== undefined)
        .map((property) => `not simulated: ${property} of a service`),
      ...(inputs.alarms?.enable ? ['not simulated: alarms of a service'] : []),
      ...((inputs.deploymentController?.type ?? 'ECS') === 'ECS'
        ? []
        : [`not simulated: deploymentController.type ${inputs.deploymentController?.type}`]),
      ...(inputs.deploymentConfiguration?.lifecycleHooks?.length
        ? ['not simulated: lifecycleHooks of a deployment']
        : []),
    ],
  }),
];
