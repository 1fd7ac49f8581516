import { runSimulation } from '@cloud-copilot/iam-simulate';

const account = '123456789012';

/** As every key here has it: AWS's default. Without one IAM's policies say nothing of a key. */
const keyPolicy = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'kms:*', Resource: '*' }],
};

export type Request = {
  action: string;
  resource: string;
  context?: Readonly<Record<string, string>>;
};

/** Whether a role with these policies may do it, as IAM would judge. `boundary`: as a role that this document bounds. */
export async function may(
  documents: readonly string[],
  { action, resource, context = {} }: Request,
  boundary?: string,
): Promise<boolean> {
  const result = await runSimulation(
    {
      request: {
        principal: `arn:aws:sts::${account}:assumed-role/taproom-ci/session`,
        action,
        resource: { resource, accountId: account },
        contextVariables: context,
      },
      ...(resource.startsWith('arn:aws:kms:') && { resourcePolicy: keyPolicy }),
      identityPolicies: documents.map((document, index) => ({ name: `${index}`, policy: JSON.parse(document) })),
      ...(boundary !== undefined && {
        permissionBoundaryPolicies: [{ name: 'boundary', policy: JSON.parse(boundary) }],
      }),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  );
  if (result.resultType === 'error') throw new Error(`${action}: ${JSON.stringify(result.errors)}`);
  return result.overallResult === 'Allowed';
}
