import type { Finding, PolicyRule } from './policy-rule';
import { listOf, parseDocument, recordOf, recordsOf } from './read-inputs';
import { knowsNoResource } from './unscoped-actions';

/** By type: the properties that hold policy documents about what their bearer may do. */
const permissionDocuments: Readonly<Record<string, string>> = {
  'aws:iam/rolePolicy:RolePolicy': 'policy',
  'aws:iam/policy:Policy': 'policy',
  'aws:iam/userPolicy:UserPolicy': 'policy',
  'aws:iam/groupPolicy:GroupPolicy': 'policy',
};

/** By type: documents about who may use the resource, or become the role. */
const trustDocuments: Readonly<Record<string, string>> = {
  'aws:iam/role:Role': 'assumeRolePolicy',
  'aws:ecr/repositoryPolicy:RepositoryPolicy': 'policy',
  'aws:s3/bucketPolicy:BucketPolicy': 'policy',
  'aws:sns/topicPolicy:TopicPolicy': 'policy',
  'aws:secretsmanager/secretPolicy:SecretPolicy': 'policy',
};

const attachments = [
  'aws:iam/rolePolicyAttachment:RolePolicyAttachment',
  'aws:iam/userPolicyAttachment:UserPolicyAttachment',
];
const broadPolicy = /:policy\/(.*\/)?(AdministratorAccess|PowerUserAccess|\w*FullAccess)$/;

/** Permissions on AWS that are wider than any task. */
export const wildcardAws: readonly PolicyRule[] = [
  {
    id: 'aws-no-wildcard-action',
    forbids: 'A permission must name its actions.',
    source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege',
    level: 'mandatory',
    types: Object.keys(permissionDocuments),
    check: ({ type, inputs }) =>
      allowed(type, inputs).flatMap(({ property, statement }) =>
        statement.NotAction !== undefined || actionsOf(statement).some((action) => /^(\*|[a-z0-9-]+:\*)$/i.test(action))
          ? [{ property: `${property}.Action`, must: 'name actions, not `*`, `service:*` or all but some' }]
          : [],
      ),
  },
  {
    id: 'aws-no-wildcard-resource',
    forbids: 'A permission must name its resources, where its actions know any.',
    source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege',
    level: 'mandatory',
    types: Object.keys(permissionDocuments),
    check: async ({ type, inputs }) => {
      const findings: Finding[] = [];
      for (const { property, statement } of allowed(type, inputs)) {
        if (statement.NotResource === undefined && !listOf(statement.Resource).includes('*')) continue;
        for (const action of actionsOf(statement)) {
          if (await knowsNoResource(action)) continue;
          findings.push({ property: `${property}.Resource`, must: `name resources for ${action}` });
        }
      }
      return findings;
    },
  },
  {
    id: 'aws-no-administrators',
    forbids: 'No role of a service may have a policy for all of AWS, or for all of a service.',
    source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_job-functions.html',
    level: 'mandatory',
    types: [...attachments, 'aws:iam/role:Role'],
    check: ({ inputs: { policyArn, managedPolicyArns } }) => [
      ...(broadPolicy.test(String(policyArn)) ? [{ property: 'policyArn', must: 'be a policy for one task' }] : []),
      ...listOf(managedPolicyArns).flatMap((arn, index) =>
        broadPolicy.test(String(arn))
          ? [{ property: `managedPolicyArns[${index}]`, must: 'be a policy for one task' }]
          : [],
      ),
    ],
  },
  {
    id: 'aws-no-anonymous-access',
    forbids: 'Nobody unknown may use a resource or become a role.',
    source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html',
    level: 'mandatory',
    types: Object.keys(trustDocuments),
    check: ({ type, inputs }) => {
      const property = trustDocuments[type] ?? '';
      return statementsOf(inputs[property]).flatMap((statement, index) =>
        statement.Effect === 'Allow' && isAnyone(statement.Principal) && statement.Condition === undefined
          ? [{ property: `${property}.Statement[${index}].Principal`, must: 'be a service, account or role' }]
          : [],
      );
    },
  },
];

type Statement = Readonly<Record<string, unknown>>;

function statementsOf(document: unknown): Statement[] {
  return recordsOf(recordOf(parseDocument(document)).Statement);
}

/** The statements that allow something, with where they stand. */
function allowed(type: string, inputs: Statement): { property: string; statement: Statement }[] {
  const property = permissionDocuments[type] ?? '';
  return statementsOf(inputs[property]).flatMap((statement, index) =>
    statement.Effect === 'Allow' ? [{ property: `${property}.Statement[${index}]`, statement }] : [],
  );
}

function actionsOf(statement: Statement): string[] {
  return listOf(statement.Action).map(String);
}

function isAnyone(principal: unknown): boolean {
  return principal === '*' || listOf(recordOf(principal).AWS).includes('*');
}
