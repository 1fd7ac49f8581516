import type { PolicyPlace, PolicyStatement } from '../permissions/build-policies';

/**
 * The most that any role of an environment's stacks may do, whatever policy it is given: what the services of the stacks do
 * while they run, with the stack's own things. No IAM, no state, no secret of another stack: whoever may deploy one stack
 * cannot make a role that reaches further.
 */
export function boundaryStatements(place: Pick<PolicyPlace, 'region' | 'account' | 'stacks'>): PolicyStatement[] {
  const { region, account, stacks } = place;
  const own = (service: string, path: (stack: string) => string) =>
    stacks.map((stack) => `arn:aws:${service}:${region}:${account}:${path(stack)}`);
  const within = (service: string) => [`arn:aws:${service}:${region}:${account}:*`];
  const allow = (actions: string[], resources: string[]): PolicyStatement => ({
    Effect: 'Allow',
    Action: actions,
    Resource: resources,
  });
  return [
    allow(['ecr:GetAuthorizationToken'], ['*']),
    // Images of any account: those of EKS's own parts are AWS's, and none holds a secret.
    allow(
      ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:DescribeImages', 'ecr:GetDownloadUrlForLayer'],
      [`arn:aws:ecr:${region}:*:repository/*`],
    ),
    allow(
      ['secretsmanager:GetSecretValue'],
      own('secretsmanager', (stack) => `secret:taproom-${stack}-*`),
    ),
    allow(
      [
        ...['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
        'logs:PutRetentionPolicy',
      ],
      own('logs', (stack) => `log-group:*taproom-${stack}-*`),
    ),
    // Lambda, ECS, EKS and load balancers make parts that have numbers, not names.
    allow(
      [
        ...['AssignPrivateIpAddresses', 'AttachNetworkInterface', 'AttachVolume', 'AuthorizeSecurityGroup*'],
        ...['CreateFleet', 'CreateLaunchTemplate*', 'CreateNetworkInterface*', 'CreateRoute', 'CreateSecurityGroup'],
        ...['CreateSnapshot', 'CreateTags', 'CreateVolume', 'DeleteLaunchTemplate*', 'DeleteNetworkInterface'],
        ...['DeleteRoute', 'DeleteSecurityGroup', 'DeleteSnapshot', 'DeleteTags', 'DeleteVolume'],
        ...['DetachNetworkInterface', 'DetachVolume', 'ModifyInstance*', 'ModifyNetworkInterfaceAttribute'],
        ...['ModifyVolume', 'RevokeSecurityGroup*', 'RunInstances', 'TerminateInstances', 'UnassignPrivateIpAddresses'],
      ].map((name) => `ec2:${name}`),
      // Machine images belong to no account.
      [`arn:aws:ec2:${region}:${account}:*`, `arn:aws:ec2:${region}::*`],
    ),
    allow(['eks:DescribeCluster', 'eks-auth:AssumeRoleForPodIdentity'], within('eks')),
    allow(
      ['AddRoleTo', 'Create', 'Delete', 'Get', 'RemoveRoleFrom', 'Tag'].map((verb) => `iam:${verb}InstanceProfile`),
      [`arn:aws:iam::${account}:instance-profile/eks*`],
    ),
    // Bounded ones, by this very policy.
    allow(
      ['iam:PassRole'],
      stacks.map((stack) => `arn:aws:iam::${account}:role/taproom-${stack}-*`),
    ),
    allow(['kms:DescribeKey'], [`arn:aws:kms:${region}:${account}:key/*`]),
    allow(
      [
        ...['autoscaling:Describe*', 'ssmmessages:CreateControlChannel'],
        ...['ssmmessages:CreateDataChannel', 'ssmmessages:OpenControlChannel', 'ssmmessages:OpenDataChannel'],
      ],
      ['*'],
    ),
    allow(['ec2:Describe*', 'elasticloadbalancing:Describe*'], ['*']),
    allow(
      ['Add', 'Create', 'Delete', 'Deregister', 'Modify', 'Register', 'Remove', 'Set'].map(
        (verb) => `elasticloadbalancing:${verb}*`,
      ),
      within('elasticloadbalancing'),
    ),
    allow(['ecs:DescribeServices', 'ecs:UpdateService'], within('ecs')),
    allow(
      ['Delete', 'Deregister', 'Describe', 'Put', 'Register', 'Tag'].map((verb) => `application-autoscaling:${verb}*`),
      within('application-autoscaling'),
    ),
    allow(
      ['acm:AddTagsToCertificate', 'acm:DeleteCertificate', 'acm:DescribeCertificate', 'acm:RequestCertificate'],
      within('acm'),
    ),
    allow(
      ['cloudwatch:DeleteAlarms', 'cloudwatch:DescribeAlarms', 'cloudwatch:PutMetricAlarm', 'cloudwatch:PutMetricData'],
      within('cloudwatch'),
    ),
    allow(
      ['iam:CreateServiceLinkedRole'],
      [`arn:aws:iam::${account}:role/aws-service-role/elasticloadbalancing.amazonaws.com/*`],
    ),
  ];
}
