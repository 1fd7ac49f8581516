import { cluster, clusterInstance } from './rds-cluster';
import { clusterRules } from './rds-cluster-rules';
import { clusterParameterGroup, groupRules, parameterGroup, subnetGroup } from './rds-groups';
import { instance } from './rds-instance';
import { instanceRules } from './rds-instance-rules';

export const rdsSimulation = {
  resources: [subnetGroup, parameterGroup, clusterParameterGroup, instance, cluster, clusterInstance],
  functions: [],
  rules: [...groupRules, ...instanceRules, ...clusterRules],
};
