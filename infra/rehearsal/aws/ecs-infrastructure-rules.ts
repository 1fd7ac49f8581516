import { applyRule, operationRule } from '../rules';
import { serviceHandle } from './ecs-handles';
import type { ServiceArgs } from './ecs-running-service';
import { refuseAccess, refuseAssumption } from './iam-authorize';

const source =
  'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/AmazonECSInfrastructureRolePolicyForLoadBalancers.html';

type Shifted = NonNullable<NonNullable<ServiceArgs['loadBalancers']>[number]['advancedConfiguration']>;

function shiftedOf({ loadBalancers = [] }: ServiceArgs): (Shifted & { targetGroupArn: string })[] {
  return loadBalancers.flatMap(({ advancedConfiguration, targetGroupArn = '' }) =>
    advancedConfiguration ? [{ ...advancedConfiguration, targetGroupArn }] : [],
  );
}

/** What ECS does to a load balancer for the program, as a role of the program. */
export const infrastructureRules = [
  applyRule({
    id: 'aws.ecs.infrastructure-role',
    refuses: 'An infrastructure role that ecs.amazonaws.com may not take on.',
    source,
    types: serviceHandle,
    check: async ({ inputs, cloud }) => {
      const findings: string[] = [];
      for (const { roleArn } of shiftedOf(inputs)) {
        const refused = await refuseAssumption(cloud, { roleArn, service: 'ecs.amazonaws.com' });
        if (refused) {
          findings.push(
            `InvalidParameterException: Unable to assume the role ${roleArn}: ${refused} (advancedConfiguration.roleArn)`,
          );
        }
      }
      return findings;
    },
  }),
  operationRule({
    id: 'aws.ecs.infrastructure-access',
    refuses: 'An infrastructure role that may not register targets or change the rule of the requests.',
    source,
    types: serviceHandle,
    check: async ({ inputs, cloud }) => {
      const findings: string[] = [];
      for (const { roleArn, targetGroupArn, alternateTargetGroupArn, ...rules } of shiftedOf(inputs)) {
        const { productionListenerRule, testListenerRule } = rules;
        const requests = [
          ...['DescribeListeners', 'DescribeRules', 'DescribeTargetGroups', 'DescribeTargetHealth'].map((action) => ({
            action,
            resource: '*',
          })),
          ...[targetGroupArn, alternateTargetGroupArn].flatMap((resource) =>
            ['RegisterTargets', 'DeregisterTargets'].map((action) => ({ action, resource })),
          ),
          ...[productionListenerRule, ...(testListenerRule === undefined ? [] : [testListenerRule])].map(
            (resource) => ({
              action: 'ModifyRule',
              resource,
            }),
          ),
        ];
        for (const { action, resource } of requests) {
          const denied = await refuseAccess(cloud, roleArn, { action: `elasticloadbalancing:${action}`, resource });
          if (denied) findings.push(`Service deployment failed: ${denied} (advancedConfiguration.roleArn)`);
        }
      }
      return findings;
    },
  }),
];
