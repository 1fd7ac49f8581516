import { connectionRules, scalingConfiguration, vpcConnector } from './app-runner-connections';
import { deploymentRules } from './app-runner-deployment';
import { programRules } from './app-runner-program-rules';
import { serviceRules } from './app-runner-rules';
import { service } from './app-runner-service';

export const appRunnerSimulation = {
  resources: [vpcConnector, scalingConfiguration, service],
  functions: [],
  rules: [...connectionRules, ...serviceRules, ...deploymentRules, ...programRules],
};
