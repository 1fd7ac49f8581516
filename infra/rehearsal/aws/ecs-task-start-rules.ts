import { imageRules } from './ecs-task-image-rules';
import { logRules } from './ecs-task-log-rules';
import { pathRules } from './ecs-task-path-rules';
import { roleRules } from './ecs-task-role-rules';
import { secretRules } from './ecs-task-secret-rules';

/** What Fargate finds while it starts a task: the reasons for which tasks stop. */
export const taskStartRules = [...roleRules, ...pathRules, ...imageRules, ...secretRules, ...logRules];
