import { appRunner } from './aws/app-runner';
import { ecsExpress } from './aws/ecs-express';
import { ecsFargate } from './aws/ecs-fargate';
import { eks } from './aws/eks';
import { dockerTarget } from './docker/docker';
import { cloudRun } from './gcp/cloud-run';
import type { Target } from './target';

/** Every target there is. To add one: its file, and a line here. */
export const targets: Record<string, Target> = {
  'app-runner': appRunner,
  'cloud-run': cloudRun,
  docker: dockerTarget,
  'ecs-express': ecsExpress,
  'ecs-fargate': ecsFargate,
  eks,
};
