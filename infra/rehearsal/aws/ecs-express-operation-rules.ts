import { operationRule } from '../rules';
import { refuseMaking, refuseRemoving } from './ecs-express-infrastructure';
import { alarms } from './ecs-express-state';
import { expressServiceHandle } from './ecs-handles';

const policySource =
  'https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonECSInfrastructureRoleforExpressGatewayServices.html';
const property = '(infrastructureRoleArn)';

/** Found while ECS makes what is around a service. */
export const infrastructureRules = [
  operationRule({
    id: 'aws.ecs-express.infrastructure-role',
    refuses:
      "An infrastructure role without AWS's policy service-role/AmazonECSInfrastructureRoleforExpressGatewayServices or the same permissions.",
    source: policySource,
    types: expressServiceHandle,
    check: async (lifecycle) => {
      const [first, ...others] = await refuseMaking(lifecycle);
      if (first === undefined) return undefined;
      return `${first}${others.length > 0 ? `, and ${others.length} actions more` : ''} ${property}`;
    },
  }),
];

/** Found while ECS takes a service away: it can neither finish nor fail. */
export const drainRules = [
  operationRule({
    id: 'aws.ecs-express.draining',
    refuses:
      'A service whose infrastructure role loses its policy before the service is gone: it stays in DRAINING for ever.',
    source: 'https://www.pulumi.com/registry/packages/aws/api-docs/ecs/expressgatewayservice/',
    types: expressServiceHandle,
    check: async ({ entity, cloud, place }) => {
      const [first] = await refuseRemoving({ inputs: entity.inputs, cloud, place });
      return first && `${first} ${property}: the service must depend on the policies of its roles (dependsOn)`;
    },
  }),
];

/** What ended an update, as the alarm saw it. */
export const alarmRules = [
  operationRule({
    id: 'aws.ecs-express.rollback-alarm',
    refuses:
      'An update of which more than 1 % of the answers, in 2 of 3 minutes, are 4xx or 5xx: the alarm counts both.',
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/express-service-update-full.html',
    types: expressServiceHandle,
    check: ({ cloud, id }) => {
      const seen = cloud.table(alarms).get(id);
      cloud.table(alarms).delete(id);
      return seen && `Service deployment rolled back because an alarm was detected: ${seen}`;
    },
  }),
];
