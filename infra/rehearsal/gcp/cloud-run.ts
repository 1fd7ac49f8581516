import { runContainerRules } from './cloud-run-container-rules';
import { job } from './cloud-run-job';
import { runOperationRules } from './cloud-run-operation-rules';
import { runRules } from './cloud-run-rules';
import { service } from './cloud-run-service';

export const cloudRunSimulation = {
  resources: [service, job],
  functions: [],
  rules: [...runRules, ...runContainerRules, ...runOperationRules],
};
