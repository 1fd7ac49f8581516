import { validateIdentityPolicy, validateResourcePolicy, validateTrustPolicy } from '@cloud-copilot/iam-policy';

/** A policy as it stands in the program: JSON, or the object of it. */
export type PolicyInput = string | object;

export type PolicyKind = 'identity' | 'trust' | 'resource';

/** The policy as an object, of any shape. Throws SyntaxError when the text is no JSON. */
export function parsePolicy(policy: PolicyInput): unknown {
  return typeof policy === 'string' ? JSON.parse(policy) : policy;
}

export function policyText(policy: PolicyInput): string {
  return typeof policy === 'string' ? policy : JSON.stringify(policy);
}

const validators = { identity: validateIdentityPolicy, trust: validateTrustPolicy, resource: validateResourcePolicy };

/** What the provider or IAM says of a document that is malformed; undefined when it is none. */
export function refusePolicy(property: string, policy: PolicyInput, kind: PolicyKind): string | undefined {
  let document: unknown;
  try {
    document = parsePolicy(policy);
  } catch (error) {
    return `"${property}" contains an invalid JSON policy: ${error instanceof Error ? error.message : 'not JSON'}`;
  }
  const [first] = validators[kind](document);
  if (first) return `MalformedPolicyDocument: ${property}${first.path ? `.${first.path}` : ''}: ${first.message}`;
  const stranger = listPrincipals(document).find(
    (service) => !/(\.amazonaws\.com(\.cn)?|\.amazon\.com|\.aws\.internal)$/.test(service),
  );
  return stranger === undefined
    ? undefined
    : `MalformedPolicyDocument: Invalid principal in policy: "SERVICE":"${stranger}" (${property})`;
}

/** IAM does not count white space. */
export function countCharacters(policy: PolicyInput): number {
  return policyText(policy).replace(/\s/g, '').length;
}

export type Statement = {
  Sid?: string;
  Effect?: string;
  Action?: string | readonly string[];
  Resource?: string | readonly string[];
  Principal?: unknown;
  Condition?: unknown;
};

/** The statements of a valid document. */
export function statementsOf(document: unknown): readonly Statement[] {
  const { Statement: statements } = document as { Statement?: Statement | readonly Statement[] };
  return statements === undefined ? [] : asList(statements);
}

export function asList<T>(value: T | readonly T[]): readonly T[] {
  return Array.isArray(value) ? value : [value as T];
}

function listPrincipals(document: unknown): string[] {
  return statementsOf(document).flatMap(({ Principal }) => {
    const services =
      typeof Principal === 'object' && Principal !== null && 'Service' in Principal ? Principal.Service : undefined;
    return asList(services).filter((service) => typeof service === 'string');
  });
}
