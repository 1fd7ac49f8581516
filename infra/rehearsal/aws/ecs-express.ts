import { alarmRules, drainRules, infrastructureRules } from './ecs-express-operation-rules';
import { placeRules } from './ecs-express-place-rules';
import { programRules } from './ecs-express-program-rules';
import { expressRules } from './ecs-express-rules';
import { expressService } from './ecs-express-service';

export const ecsExpressSimulation = {
  resources: [expressService],
  functions: [],
  rules: [...expressRules, ...placeRules, ...infrastructureRules, ...drainRules, ...alarmRules, ...programRules],
};
