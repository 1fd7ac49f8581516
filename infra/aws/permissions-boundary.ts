import * as pulumi from '@pulumi/pulumi';

const roleType = 'aws:iam/role:Role';

/**
 * Puts the boundary on every role of the stack, whichever file makes it: whoever deploys with the delivery's own role may
 * make no other. Empty: none. Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
 */
export function boundRoles(permissionsBoundary: string): void {
  if (permissionsBoundary === '') return;
  pulumi.runtime.registerStackTransformation(({ type, props, opts }) =>
    type === roleType ? { props: { ...props, permissionsBoundary }, opts } : undefined,
  );
}
