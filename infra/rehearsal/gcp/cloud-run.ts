import { runContainerRules } from './cloud-run-container-rules';
import { job } from './cloud-run-job';
import { runJobRules } from './cloud-run-job-rules';
import { runNetworkRules } from './cloud-run-network-rules';
import { runOperationRules } from './cloud-run-operation-rules';
import { runRules } from './cloud-run-rules';
import { service } from './cloud-run-service';
import { runServiceRules } from './cloud-run-service-rules';

export const cloudRunSimulation = {
  resources: [service, job],
  functions: [],
  rules: [
    ...runRules,
    ...runServiceRules,
    ...runJobRules,
    ...runNetworkRules,
    ...runContainerRules,
    ...runOperationRules,
  ],
};
