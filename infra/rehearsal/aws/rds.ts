import { clusterParameterGroup, groupRules, parameterGroup, subnetGroup } from './rds-groups';
import { instance } from './rds-instance';
import { instanceRules } from './rds-instance-rules';

export const rdsSimulation = {
  resources: [subnetGroup, parameterGroup, clusterParameterGroup, instance],
  functions: [],
  rules: [...groupRules, ...instanceRules],
};
