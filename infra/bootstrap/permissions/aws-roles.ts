import { type AwsPermission, read, readAnywhere, reference, write } from './aws-permission';

const source = reference('awsidentityandaccessmanagementiam');
const roles = ['arn:aws:iam::{account}:role/taproom-{stack}-*'];
/** A role without the boundary could be given any right, and handed to a function that uses it. */
const isBounded = { StringEquals: { 'iam:PermissionsBoundary': '{boundary}' } };

/** The services that take on roles of a stack. */
const principals = [
  'build.apprunner.amazonaws.com',
  'ecs.amazonaws.com',
  'ecs-tasks.amazonaws.com',
  'eks.amazonaws.com',
  'lambda.amazonaws.com',
  'pods.eks.amazonaws.com',
  'scheduler.amazonaws.com',
  'tasks.apprunner.amazonaws.com',
];

export const awsRolePermissions: Readonly<Record<string, AwsPermission>> = {
  'aws:iam/role:Role': {
    source,
    grants: [
      read(roles, [
        ...['iam:GetRole', 'iam:ListRolePolicies', 'iam:ListAttachedRolePolicies', 'iam:ListRoleTags'],
        'iam:ListInstanceProfilesForRole',
      ]),
      write(roles, ['iam:CreateRole', 'iam:PutRolePermissionsBoundary'], isBounded),
      write(roles, [
        ...['iam:DeleteRole', 'iam:TagRole', 'iam:UntagRole', 'iam:UpdateRole', 'iam:UpdateRoleDescription'],
        'iam:UpdateAssumeRolePolicy',
      ]),
      write(roles, ['iam:PassRole'], { StringEquals: { 'iam:PassedToService': principals } }),
    ],
  },
  'aws:iam/rolePolicy:RolePolicy': {
    source,
    grants: [
      read(roles, ['iam:GetRolePolicy']),
      write(roles, ['iam:PutRolePolicy', 'iam:DeleteRolePolicy'], isBounded),
    ],
  },
  'aws:iam/rolePolicyAttachment:RolePolicyAttachment': {
    source,
    grants: [
      read(roles, ['iam:ListAttachedRolePolicies']),
      write(roles, ['iam:AttachRolePolicy', 'iam:DetachRolePolicy'], isBounded),
    ],
  },
};

/** Roles that services of AWS make for themselves when an account uses them for the first time. */
export const serviceLinkedRoles: AwsPermission = {
  source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html',
  grants: [
    write(['arn:aws:iam::{account}:role/aws-service-role/*'], ['iam:CreateServiceLinkedRole'], {
      StringEquals: {
        'iam:AWSServiceName': [
          ...['apprunner.amazonaws.com', 'networking.apprunner.amazonaws.com', 'rds.amazonaws.com'],
          ...['elasticache.amazonaws.com', 'ecs.amazonaws.com', 'elasticloadbalancing.amazonaws.com'],
          ...['ecs.application-autoscaling.amazonaws.com', 'eks.amazonaws.com', 'eks-nodegroup.amazonaws.com'],
        ],
      },
    }),
  ],
};

/** What every command of the provider asks before anything else. */
export const everyStack: AwsPermission = {
  source: reference('awssecuritytokenservice'),
  grants: [readAnywhere('sts:GetCallerIdentity')],
};
