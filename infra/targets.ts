import { appRunner } from './aws/app-runner';
import { ecsExpress } from './aws/ecs-express';
import { cloudRun } from './gcp/cloud-run';
import type { Target } from './target';

/** Every target there is. To add one: its file, and a line here. */
export const targets: Record<string, Target> = {
  'app-runner': appRunner,
  'cloud-run': cloudRun,
  'ecs-express': ecsExpress,
};
