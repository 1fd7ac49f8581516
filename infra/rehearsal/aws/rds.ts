import { cluster } from './rds-cluster';
import { clusterInstance } from './rds-cluster-instance';
import { clusterRules } from './rds-cluster-rules';
import { clusterParameterGroup, groupRules, parameterGroup, subnetGroup } from './rds-groups';
import { instance } from './rds-instance';
import { instanceRules } from './rds-instance-rules';
import { restoreRules } from './rds-restore-rules';

export const rdsSimulation = {
  resources: [subnetGroup, parameterGroup, clusterParameterGroup, instance, cluster, clusterInstance],
  functions: [],
  rules: [...groupRules, ...instanceRules, ...clusterRules, ...restoreRules],
};
