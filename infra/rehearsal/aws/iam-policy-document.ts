import type { iam } from '@pulumi/aws';
import { Refusal } from '../cloud/refusal';
import { func } from '../declare';

/** Writes a policy document; merging others into it is not simulated. */
export const getPolicyDocument = func<iam.GetPolicyDocumentArgs, iam.GetPolicyDocumentResult>({
  token: 'aws:iam/getPolicyDocument:getPolicyDocument',
  call: ({ inputs }) => {
    const { overrideJson, overridePolicyDocuments, sourceJson, sourcePolicyDocuments } = inputs;
    if (overrideJson || overridePolicyDocuments?.length || sourceJson || sourcePolicyDocuments?.length) {
      throw new Refusal('not simulated: source and override documents of aws:iam/getPolicyDocument:getPolicyDocument');
    }
    const document = buildPolicyDocument(inputs);
    return {
      ...inputs,
      id: '1',
      json: JSON.stringify(document, undefined, 2),
      minifiedJson: JSON.stringify(document),
    };
  },
});

type Condition = { test: string; variable: string; values: readonly string[] };

function buildPolicyDocument(args: iam.GetPolicyDocumentArgs): object {
  const one = (list: readonly string[]) => (list.length === 1 ? list[0] : list);
  const given = (key: string, list: readonly string[] | undefined) =>
    list && list.length > 0 ? { [key]: one(list) } : {};
  const principals = (key: string, list: readonly { type: string; identifiers: readonly string[] }[] | undefined) => {
    if (!list || list.length === 0) return {};
    const everyone = list.some(({ type, identifiers }) => type === '*' && identifiers.includes('*'));
    return {
      [key]: everyone ? '*' : Object.fromEntries(list.map(({ type, identifiers }) => [type, one(identifiers)])),
    };
  };
  const conditions = (list: readonly Condition[] | undefined) => {
    if (!list || list.length === 0) return {};
    const tests: Record<string, Record<string, unknown>> = {};
    for (const { test, variable, values } of list) tests[test] = { ...tests[test], [variable]: one(values) };
    return { Condition: tests };
  };
  return {
    Version: args.version ?? '2012-10-17',
    ...(args.policyId && { Id: args.policyId }),
    Statement: (args.statements ?? []).map((statement) => ({
      ...(statement.sid && { Sid: statement.sid }),
      Effect: statement.effect ?? 'Allow',
      ...given('Action', statement.actions),
      ...given('NotAction', statement.notActions),
      ...given('Resource', statement.resources),
      ...given('NotResource', statement.notResources),
      ...principals('Principal', statement.principals),
      ...principals('NotPrincipal', statement.notPrincipals),
      ...conditions(statement.conditions),
    })),
  };
}
