import { scalingPolicy, scalingTarget } from './app-autoscaling';
import { autoscalingRules } from './app-autoscaling-rules';
import { cluster, clusterCapacityProviders, clusterRules } from './ecs-cluster';
import { containerRules } from './ecs-container-rules';
import { deploymentRules } from './ecs-deployment-rules';
import { infrastructureRules } from './ecs-infrastructure-rules';
import { ecsOrderRules } from './ecs-order';
import { service } from './ecs-service';
import { getService } from './ecs-service-function';
import { serviceRules } from './ecs-service-rules';
import { surroundingsRules } from './ecs-surroundings-rules';
import { taskDefinition } from './ecs-task-definition';
import { taskDefinitionRules } from './ecs-task-definition-rules';
import { taskStartRules } from './ecs-task-start-rules';

export const ecsSimulation = {
  resources: [cluster, clusterCapacityProviders, taskDefinition, service, scalingTarget, scalingPolicy],
  functions: [getService],
  rules: [
    ...clusterRules,
    ...taskDefinitionRules,
    ...containerRules,
    ...serviceRules,
    ...deploymentRules,
    ...surroundingsRules,
    ...infrastructureRules,
    ...taskStartRules,
    ...autoscalingRules,
    ...ecsOrderRules,
  ],
};
