import { isWildcardOnlyAction } from '@cloud-copilot/iam-simulate';
import { applyRule, type GraphFinding, graphRule, inputRule } from '../rules';
import { policy, role, rolePolicy, rolePolicyAttachment } from './iam';
import { findManagedPolicy, isManagedByAws, managedPolicyNames } from './managed-policies';
import { asList, countCharacters, parsePolicy, refusePolicy, statementsOf } from './policy-document';

const quotas = 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html';
const grammar = 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html';
const namePattern = /^[\w+=,.@-]+$/;

function refuseName(name: string | undefined, longest: number): string | undefined {
  if (name === undefined || (namePattern.test(name) && name.length <= longest)) return undefined;
  return `invalid value for name: must be 1 to ${longest} letters, digits and _+=,.@- (it has ${name.length} characters)`;
}

function refuseSize(property: string, document: string | object, most: number): string | undefined {
  const size = countCharacters(document);
  return size <= most
    ? undefined
    : `LimitExceeded: Cannot exceed quota for ${property}: ${most} characters without white space (it has ${size})`;
}

export const iamRules = [
  inputRule({
    id: 'aws.iam.role-name',
    refuses: 'A name of a role that is longer than 64 characters or has others than letters, digits and _+=,.@-.',
    source: quotas,
    types: role,
    check: ({ inputs }) => refuseName(inputs.name, 64),
  }),
  inputRule({
    id: 'aws.iam.policy-name',
    refuses: 'A name of a policy that is longer than 128 characters or has others than letters, digits and _+=,.@-.',
    source: quotas,
    types: [policy, rolePolicy],
    check: ({ inputs }) => refuseName(inputs.name, 128),
  }),
  inputRule({
    id: 'aws.iam.session-duration',
    refuses: 'A session of a role shorter than an hour or longer than twelve.',
    source: 'https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html',
    types: role,
    check: ({ inputs: { maxSessionDuration = 3_600 } }) =>
      maxSessionDuration >= 3_600 && maxSessionDuration <= 43_200
        ? undefined
        : `expected maxSessionDuration to be in the range (3600 - 43200), got ${maxSessionDuration}`,
  }),
  inputRule({
    id: 'aws.iam.trust-policy',
    refuses: 'A trust policy that is malformed, longer than 2048 characters, or names a principal that does not exist.',
    source: grammar,
    types: role,
    check: ({ inputs }) =>
      refusePolicy('assumeRolePolicy', inputs.assumeRolePolicy, 'trust') ??
      refuseSize('assumeRolePolicy', inputs.assumeRolePolicy, 2_048),
  }),
  inputRule({
    id: 'aws.iam.role-policy-document',
    refuses: 'A policy of a role that is malformed, or longer than 10240 characters.',
    source: grammar,
    types: rolePolicy,
    check: ({ inputs }) =>
      refusePolicy('policy', inputs.policy, 'identity') ?? refuseSize('policy', inputs.policy, 10_240),
  }),
  inputRule({
    id: 'aws.iam.policy-document',
    refuses: 'A managed policy that is malformed, or longer than 6144 characters.',
    source: grammar,
    types: policy,
    check: ({ inputs }) =>
      refusePolicy('policy', inputs.policy, 'identity') ?? refuseSize('policy', inputs.policy, 6_144),
  }),
  applyRule({
    id: 'aws.iam.role-missing',
    refuses: 'A policy for a role that does not exist; the role is meant by its name, not its ARN.',
    source: 'https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html',
    types: [rolePolicy, rolePolicyAttachment],
    check: ({ inputs, cloud }) => {
      const name = String(inputs.role);
      if (!namePattern.test(name)) return 'ValidationError: The specified value for roleName is invalid (role)';
      return cloud.find(role, name) ? undefined : `NoSuchEntity: The role with name ${name} cannot be found. (role)`;
    },
  }),
  applyRule({
    id: 'aws.iam.policy-missing',
    refuses: 'An attachment of a policy that does not exist.',
    source: 'https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachRolePolicy.html',
    types: rolePolicyAttachment,
    check: ({ inputs: { policyArn }, cloud }) => {
      if (cloud.find(policy, policyArn) || findManagedPolicy(policyArn)) return undefined;
      return isManagedByAws(policyArn)
        ? `not simulated: the rehearsal has no copy of ${policyArn}; it has ${managedPolicyNames.join(', ')}`
        : `NoSuchEntity: Policy ${policyArn} does not exist or is not attachable. (policyArn)`;
    },
  }),
  applyRule({
    id: 'aws.iam.policies-per-role',
    refuses: 'More than ten managed policies on a role.',
    source: quotas,
    types: rolePolicyAttachment,
    check: ({ inputs, cloud }) =>
      cloud.list(rolePolicyAttachment).filter((other) => other.inputs.role === inputs.role).length < 10
        ? undefined
        : 'LimitExceeded: Cannot exceed quota for PoliciesPerRole: 10',
  }),
  graphRule({
    id: 'aws.iam.wildcard',
    refuses:
      'A policy of the program that allows everything of a service, or an action on every resource where it knows resources.',
    source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege',
    types: [rolePolicy, policy],
    check: async (graph) => {
      const findings: GraphFinding[] = [];
      for (const node of [...graph.ofType(rolePolicy), ...graph.ofType(policy)]) {
        const { policy: document } = node.inputs;
        if (typeof document !== 'string' || refusePolicy('policy', document, 'identity')) continue;
        for (const wide of await findWide(parsePolicy(document)))
          findings.push({ urn: node.urn, message: `${node.name}: ${wide}` });
      }
      return findings;
    },
  }),
];

async function findWide(document: unknown): Promise<string[]> {
  const found: string[] = [];
  for (const { Effect, Action = [], Resource = [] } of statementsOf(document)) {
    if (Effect !== 'Allow') continue;
    for (const action of asList(Action)) {
      if (/^(\*|[^:]+:\*)$/.test(action)) found.push(`policy allows ${action}: name the actions that are needed`);
      else if (asList(Resource).includes('*') && !(await knowsNoResource(action))) {
        found.push(`policy allows ${action} on "*": name the resource`);
      }
    }
  }
  return found;
}

async function knowsNoResource(action: string): Promise<boolean> {
  const [service = '', name = ''] = action.split(':');
  // Of Describe*, some may know resources: there is nothing to name for all of them.
  if (name.includes('*')) return /^(Describe|List|Get)/.test(name);
  return isWildcardOnlyAction(service, name).catch(() => false);
}
