import { runSimulation, type Simulation } from '@cloud-copilot/iam-simulate';
import type { Cloud } from '../cloud/cloud';
import { accountId } from './declare';
import { policy, role, rolePolicy, rolePolicyAttachment } from './iam';
import { findManagedPolicy } from './managed-policies';
import { type PolicyInput, parsePolicy } from './policy-document';

export type AccessRequest = {
  action: string;
  /** ARN, or * for actions that know no resources. */
  resource: string;
  context?: Readonly<Record<string, string>>;
  /** The policy on the resource itself. */
  resourcePolicy?: PolicyInput | undefined;
};

/** Everything the role may do. Undefined when the role does not exist. */
function identityPoliciesOf(cloud: Cloud, roleArn: string): Simulation['identityPolicies'] | undefined {
  const found = cloud.findBy(role, 'arn', roleArn);
  if (!found) return undefined;
  const arns = [
    ...(found.inputs.managedPolicyArns ?? []),
    ...cloud
      .list(rolePolicyAttachment)
      .filter(({ inputs }) => inputs.role === found.id)
      .map(({ inputs }) => inputs.policyArn),
  ];
  return [
    ...(found.inputs.inlinePolicies ?? []).flatMap(({ name = 'inline', policy: document }) =>
      document === undefined ? [] : [{ name, policy: parsePolicy(document) }],
    ),
    ...cloud
      .list(rolePolicy)
      .filter(({ inputs }) => inputs.role === found.id)
      .map(({ name, inputs }) => ({ name, policy: parsePolicy(inputs.policy) })),
    ...arns.map((arn) => ({ name: arn, policy: documentOf(cloud, arn) })),
  ];
}

function documentOf(cloud: Cloud, arn: string): unknown {
  const own = cloud.find(policy, arn);
  return own ? parsePolicy(own.inputs.policy) : (findManagedPolicy(arn) ?? { Version: '2012-10-17', Statement: [] });
}

/**
 * Why a service that acts as this role may not do it, evaluated from the policies as they are now; undefined when it may.
 */
export async function refuseAccess(cloud: Cloud, roleArn: string, request: AccessRequest): Promise<string | undefined> {
  const identityPolicies = identityPoliciesOf(cloud, roleArn);
  if (!identityPolicies) return `there is no role ${roleArn}`;
  const boundary = cloud.findBy(role, 'arn', roleArn)?.inputs.permissionsBoundary;
  const name = roleArn.split('/').at(-1) ?? '';
  const result = await evaluate({
    ...request,
    principal: `arn:aws:sts::${accountId}:assumed-role/${name}/service`,
    identityPolicies,
    ...(boundary && { permissionBoundaryPolicies: [{ name: boundary, policy: documentOf(cloud, boundary) }] }),
  });
  return result === 'Allowed' ? undefined : explain(roleArn, request, result);
}

/** Why the policy on a resource does not let a service of AWS, such as lambda.amazonaws.com, do it by itself. */
export async function refuseService(service: string, request: AccessRequest): Promise<string | undefined> {
  const result = await evaluate({ ...request, principal: service, identityPolicies: [] });
  return result === 'Allowed' ? undefined : explain(service, request, result);
}

/** Why the service may not take on the role; undefined when it may. */
export async function refuseAssumption(
  cloud: Cloud,
  { roleArn, service, context }: { roleArn: string; service: string; context?: Readonly<Record<string, string>> },
): Promise<string | undefined> {
  const found = cloud.findBy(role, 'arn', roleArn);
  if (!found) return `there is no role ${roleArn}`;
  const refused = await refuseService(service, {
    action: 'sts:AssumeRole',
    resource: roleArn,
    resourcePolicy: found.inputs.assumeRolePolicy,
    ...(context && { context }),
  });
  return refused && `the trust policy (assumeRolePolicy) of ${roleArn} does not let ${service} do sts:AssumeRole`;
}

type Evaluation = AccessRequest &
  Pick<Simulation, 'identityPolicies' | 'permissionBoundaryPolicies'> & { principal: string };

async function evaluate(evaluation: Evaluation): Promise<string> {
  const { action, resource, principal, permissionBoundaryPolicies, resourcePolicy } = evaluation;
  const identityPolicies = evaluation.identityPolicies.map(({ name, policy: document }) => ({
    name,
    policy: widenResourceTypes(document),
  }));
  const result = await runSimulation(
    {
      request: {
        principal,
        action,
        resource: { resource, accountId },
        contextVariables: { 'aws:SourceAccount': accountId, ...evaluation.context },
      },
      identityPolicies,
      ...(permissionBoundaryPolicies && { permissionBoundaryPolicies }),
      ...(resourcePolicy !== undefined && { resourcePolicy: parsePolicy(resourcePolicy) }),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  );
  return result.resultType === 'error' ? `not evaluated: ${result.errors.message}` : result.overallResult;
}

/**
 * IAM's * also stands for a resource type (an EC2 resource of any type is "*", a slash, "*"), which Lambda's check of a role asks for
 * (https://github.com/hashicorp/terraform-provider-aws/issues/20698); the evaluator knows it at the end of an ARN only.
 */
function widenResourceTypes(document: unknown): unknown {
  return JSON.parse(JSON.stringify(document), (key, value) =>
    key === 'Resource' || key === 'NotResource' ? mapEach(value, widenResource) : value,
  );
}

function mapEach(value: unknown, change: (text: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => mapEach(item, change));
  return typeof value === 'string' ? change(value) : value;
}

function widenResource(text: string): string {
  return text.replace(/^((?:[^:]*:){5})\*\/\*$/, '$1*');
}

function explain(principal: string, { action, resource }: AccessRequest, result: string): string {
  const because =
    result === 'ExplicitlyDenied' ? 'a statement with an explicit deny' : `no policy that allows it (${result})`;
  return `AccessDeniedException: ${principal} is not authorized to perform: ${action} on resource: ${resource} because of ${because}`;
}
