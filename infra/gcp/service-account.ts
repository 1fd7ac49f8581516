import * as serviceaccount from '@pulumi/gcp/serviceaccount';
import type * as pulumi from '@pulumi/pulumi';
import type { GcpScope } from './foundation';

/** An identity with no role in the project: what it may do is granted on single resources. Gives its e-mail. */
export function createServiceAccount(
  name: string,
  displayName: string,
  { names, options }: GcpScope,
): pulumi.Output<string> {
  const account = new serviceaccount.Account(name, { accountId: names('serviceAccount', name), displayName }, options);
  return account.email;
}
