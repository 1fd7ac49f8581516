import { awsComputePermissions } from './aws-compute';
import { awsContainerPermissions } from './aws-containers';
import { awsFrontPermissions } from './aws-front';
import { awsMonitoringPermissions } from './aws-monitoring';
import { awsNetworkPermissions } from './aws-network';
import { awsOperationPermissions } from './aws-operations';
import type { AwsPermission } from './aws-permission';
import { awsRolePermissions } from './aws-roles';
import { awsStorePermissions } from './aws-stores';

/** By type token: what each resource type of the stacks asks of AWS. */
export const awsPermissions: Readonly<Record<string, AwsPermission>> = {
  ...awsComputePermissions,
  ...awsContainerPermissions,
  ...awsFrontPermissions,
  ...awsMonitoringPermissions,
  ...awsNetworkPermissions,
  ...awsOperationPermissions,
  ...awsRolePermissions,
  ...awsStorePermissions,
};
