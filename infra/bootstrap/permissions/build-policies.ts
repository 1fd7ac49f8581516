import type { AwsPermission, Condition, Grant } from './aws-permission';

/** Without white space. Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export const longestPolicy = 6_144;
export const mostPolicies = 10;

/** What the placeholders stand for. Several stacks, or a pattern of them (`pull*`), where one role is for all of them. */
export type PolicyPlace = {
  region: string;
  account: string;
  stacks: readonly string[];
  /** ARN of the shared image repository. */
  repository: string;
  /** ARN of the policy that bounds every role of the stacks. */
  boundary: string;
};

export type PolicyStatement = {
  Effect: 'Allow' | 'Deny';
  Action: string[];
  Resource: string[];
  Condition?: Record<string, Record<string, string | string[]>>;
};

/** The statements of all grants that the role is given, those on the same things as one. */
export function buildStatements(
  permissions: readonly AwsPermission[],
  use: Grant['use'],
  place: PolicyPlace,
): PolicyStatement[] {
  const byTarget = new Map<string, Grant[]>();
  for (const grant of permissions.flatMap(({ grants }) => grants)) {
    if (use === 'read' && grant.use === 'write') continue;
    const key = JSON.stringify([[...grant.on].sort(), grant.when ?? {}]);
    byTarget.set(key, [...(byTarget.get(key) ?? []), grant]);
  }
  return [...byTarget.values()].flatMap((grants) => {
    const [first] = grants;
    if (first === undefined) return [];
    return {
      Effect: 'Allow' as const,
      Action: [...new Set(grants.flatMap(({ actions }) => actions))].sort(),
      Resource: first.on.flatMap((arn) => fill(arn, place)).sort(),
      ...(first.when && { Condition: fillCondition(first.when, place) }),
    };
  });
}

/** As few documents as hold the statements. Throws RangeError when a role could not have them all. */
export function packPolicies(statements: readonly PolicyStatement[]): string[] {
  const packed: PolicyStatement[][] = [];
  for (const statement of [...statements].sort((a, b) => JSON.stringify(b).length - JSON.stringify(a).length)) {
    const room = packed.find((existing) => documentOf([...existing, statement]).length <= longestPolicy);
    if (room !== undefined) room.push(statement);
    else if (documentOf([statement]).length <= longestPolicy) packed.push([statement]);
    else throw new RangeError(`no policy holds the statement with ${statement.Action[0]}`);
  }
  if (packed.length > mostPolicies) throw new RangeError(`a role takes ${mostPolicies} policies, not ${packed.length}`);
  return packed.map(documentOf);
}

export function documentOf(statements: readonly PolicyStatement[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}

function fill(text: string, { region, account, stacks, repository, boundary }: PolicyPlace): string[] {
  const placed = text
    .replaceAll('{region}', region)
    .replaceAll('{account}', account)
    .replaceAll('{repository}', repository)
    .replaceAll('{boundary}', boundary);
  return placed.includes('{stack}') ? stacks.map((stack) => placed.replaceAll('{stack}', stack)) : [placed];
}

function fillCondition(condition: Condition, place: PolicyPlace): NonNullable<PolicyStatement['Condition']> {
  const filled: NonNullable<PolicyStatement['Condition']> = {};
  for (const [operator, keys] of Object.entries(condition)) {
    filled[operator] = Object.fromEntries(
      Object.entries(keys).map(([key, values]) => [key, [values].flat().flatMap((value) => fill(value, place))]),
    );
  }
  return filled;
}
