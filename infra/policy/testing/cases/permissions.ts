import { type Cases, given, type StackCase } from '../stack-case';

const document = (statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
const allow = (statement: object): StackCase =>
  given('aws:iam/rolePolicy:RolePolicy', { policy: document({ Effect: 'Allow', ...statement }) });
const bucket = 'arn:aws:s3:::bucket/*';
const trust = (principal: unknown, more: object = {}) =>
  given('aws:iam/role:Role', {
    assumeRolePolicy: document({ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole', ...more }),
  });
const attach = (name: string) =>
  given('aws:iam/rolePolicyAttachment:RolePolicyAttachment', { policyArn: `arn:aws:iam::aws:policy/${name}` });
const grant = (inputs: Record<string, unknown>) =>
  given('gcp:projects/iAMMember:IAMMember', { member: 'serviceAccount:a@b', ...inputs });
const account = { member: 'serviceAccount:a@b.iam.gserviceaccount.com' };
const clusterRole = (rule: object) => given('kubernetes:rbac.authorization.k8s.io/v1:ClusterRole', { rules: [rule] });

/** Who may do what. */
export const permissionCases: Cases = {
  'aws-no-wildcard-action': {
    fails: [
      allow({ Action: '*', Resource: bucket }),
      allow({ Action: ['s3:GetObject', 's3:*'], Resource: bucket }),
      allow({ NotAction: 'iam:*', Resource: bucket }),
      given('aws:iam/policy:Policy', { policy: { Statement: { Effect: 'Allow', Action: 'ec2:*', Resource: bucket } } }),
    ],
    passes: [
      allow({ Action: ['s3:GetObject', 'ec2:Describe*'], Resource: bucket }),
      given('aws:iam/rolePolicy:RolePolicy', { policy: document({ Effect: 'Deny', Action: '*', Resource: '*' }) }),
    ],
  },
  'aws-no-wildcard-resource': {
    fails: [
      allow({ Action: ['ecr:GetAuthorizationToken', 'ecr:BatchGetImage'], Resource: '*' }),
      allow({ Action: 'secretsmanager:GetSecretValue', Resource: ['arn:aws:secretsmanager:a:b:secret:c', '*'] }),
      allow({ Action: 's3:GetObject', NotResource: bucket }),
      allow({ Action: 'ecr:NoSuchAction', Resource: '*' }),
    ],
    passes: [
      allow({ Action: ['ecr:GetAuthorizationToken', 'ec2:DescribeSubnets'], Resource: '*' }),
      allow({ Action: 'cloudwatch:PutMetricData', Resource: '*' }),
      allow({ Action: 's3:GetObject', Resource: bucket }),
      given('aws:iam/rolePolicy:RolePolicy', {
        policy: document({ Effect: 'Deny', Action: 's3:GetObject', Resource: '*' }),
      }),
    ],
  },
  'aws-no-administrators': {
    fails: [
      attach('AdministratorAccess'),
      attach('AmazonS3FullAccess'),
      attach('PowerUserAccess'),
      given('aws:iam/role:Role', { managedPolicyArns: ['arn:aws:iam::aws:policy/job-function/AdministratorAccess'] }),
    ],
    passes: [attach('AmazonEKSClusterPolicy'), given('aws:iam/role:Role', {})],
  },
  'aws-no-anonymous-access': {
    fails: [
      trust('*'),
      trust({ AWS: '*' }),
      given('aws:ecr/repositoryPolicy:RepositoryPolicy', {
        policy: document({ Effect: 'Allow', Principal: { AWS: ['*'] }, Action: 'ecr:BatchGetImage' }),
      }),
    ],
    passes: [
      trust({ Service: 'ecs-tasks.amazonaws.com' }),
      trust('*', { Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } } }),
    ],
  },
  'gcp-no-basic-role': {
    fails: [grant({ role: 'roles/editor' }), grant({ role: 'roles/owner' })],
    passes: [grant({ role: 'roles/secretmanager.secretAccessor' })],
  },
  'gcp-no-anonymous-access': {
    fails: [
      given('gcp:secretmanager/secretIamMember:SecretIamMember', { role: 'roles/x', member: 'allUsers' }),
      given('gcp:storage/bucketIAMBinding:BucketIAMBinding', {
        role: 'roles/storage.objectViewer',
        members: ['user:a@example.com', 'allAuthenticatedUsers'],
      }),
    ],
    passes: [
      given('gcp:secretmanager/secretIamMember:SecretIamMember', { role: 'roles/x', ...account }),
      given('gcp:cloudrunv2/serviceIamMember:ServiceIamMember', { role: 'roles/run.invoker', member: 'allUsers' }),
    ],
  },
  'kubernetes-no-wildcard-role': {
    fails: [
      clusterRole({ apiGroups: [''], resources: ['*'], verbs: ['get'] }),
      clusterRole({ apiGroups: [''], resources: ['pods'], verbs: ['*'] }),
    ],
    passes: [clusterRole({ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] })],
  },
  'kubernetes-no-administrators': {
    fails: [
      given('kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding', { roleRef: { name: 'cluster-admin' } }),
    ],
    passes: [given('kubernetes:rbac.authorization.k8s.io/v1:RoleBinding', { roleRef: { name: 'view' } })],
  },
};
