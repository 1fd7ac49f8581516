import type * as ecs from '@pulumi/aws/ecs';
import * as lb from '@pulumi/aws/lb';
import type * as pulumi from '@pulumi/pulumi';
import { container } from '../target';
import type { FargateSettings } from './ecs-fargate-settings';
import { containerName } from './ecs-task';
import type { AwsFoundation } from './foundation';
import { createRole } from './roles';
import { createTargetGroup } from './target-group';

type Rollout = Pick<ecs.ServiceArgs, 'deploymentConfiguration' | 'loadBalancers'> & { ready: pulumi.Resource[] };

type RolloutRequest = {
  foundation: AwsFoundation;
  targetGroup: lb.TargetGroup;
  listenerArn: pulumi.Output<string>;
};

/** How long the old version waits, still running, after it has no more traffic: going back to it takes seconds. */
const bakeMinutes = '5';
const canary = { canaryPercent: 10, canaryBakeTimeInMinutes: '5' };

/** How a new version takes the place of the old one. */
export function createRollout(
  name: string,
  strategy: FargateSettings['strategy'],
  request: RolloutRequest,
  options: pulumi.CustomResourceOptions,
): Rollout {
  const target = {
    targetGroupArn: request.targetGroup.arn,
    containerName,
    containerPort: container.port,
  };
  if (strategy === 'rolling') {
    return { deploymentConfiguration: { strategy: 'ROLLING' }, loadBalancers: [target], ready: [] };
  }
  const { advancedConfiguration, ready } = createTrafficShift(name, request, options);
  return {
    deploymentConfiguration: {
      bakeTimeInMinutes: bakeMinutes,
      ...(strategy === 'canary' ? { strategy: 'CANARY', canaryConfiguration: canary } : { strategy: 'BLUE_GREEN' }),
    },
    loadBalancers: [{ ...target, advancedConfiguration }],
    ready,
  };
}

/**
 * A second target group, and a rule in front of the listener's own that leads to one of the two: ECS sets its weights.
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/blue-green-deployment-implementation.html
 */
function createTrafficShift(
  name: string,
  { foundation: { network, scope }, targetGroup, listenerArn }: RolloutRequest,
  options: pulumi.CustomResourceOptions,
) {
  const { names } = scope;
  const alternate = createTargetGroup(`${name}-b`, { scope, vpcId: network.vpcId }, options);
  const rule = new lb.ListenerRule(
    `${name}-traffic`,
    {
      listenerArn,
      priority: 1,
      conditions: [{ pathPattern: { values: ['/*'] } }],
      actions: [
        {
          type: 'forward',
          forward: {
            targetGroups: [
              { arn: targetGroup.arn, weight: 100 },
              { arn: alternate.arn, weight: 0 },
            ],
          },
        },
      ],
    },
    { ...options, ignoreChanges: ['actions'] },
  );
  const role = createRole(
    `${name}-traffic`,
    {
      names,
      principal: 'ecs.amazonaws.com',
      statements: [],
      // AWS adds to it what ECS comes to need.
      managedPolicies: ['AmazonECSInfrastructureRolePolicyForLoadBalancers'],
    },
    options,
  );
  const advancedConfiguration = {
    alternateTargetGroupArn: alternate.arn,
    productionListenerRule: rule.arn,
    roleArn: role.arn,
  };
  return { advancedConfiguration, ready: role.ready };
}
