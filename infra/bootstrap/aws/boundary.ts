import type { PolicyPlace, PolicyStatement } from '../permissions/build-policies';

/**
 * The most that any role of an environment's stacks may do, whatever policy it is given: what the services of the stacks do
 * while they run, with the stack's own things. No IAM, no state, no secret of another stack: whoever may deploy one stack
 * cannot make a role that reaches further.
 */
export function boundaryStatements(place: Omit<PolicyPlace, 'boundary'>): PolicyStatement[] {
  const { region, account, stacks, repository } = place;
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
    allow(
      ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:DescribeImages', 'ecr:GetDownloadUrlForLayer'],
      [repository, ...own('ecr', (stack) => `repository/taproom-${stack}-*`)],
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
    // Lambda, ECS and its load balancers join networks whose parts have numbers, not names.
    allow(
      [
        ...['ec2:AssignPrivateIpAddresses', 'ec2:UnassignPrivateIpAddresses', 'ec2:CreateNetworkInterface'],
        ...['ec2:CreateNetworkInterfacePermission', 'ec2:DeleteNetworkInterface', 'ec2:DetachNetworkInterface'],
        ...['ec2:AuthorizeSecurityGroup*', 'ec2:CreateSecurityGroup', 'ec2:DeleteSecurityGroup'],
        ...['ec2:RevokeSecurityGroup*', 'ec2:CreateTags'],
      ],
      [`arn:aws:ec2:${region}:${account}:*`],
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
    allow(['cloudwatch:DeleteAlarms', 'cloudwatch:DescribeAlarms', 'cloudwatch:PutMetricAlarm'], within('cloudwatch')),
    allow(
      ['iam:CreateServiceLinkedRole'],
      [`arn:aws:iam::${account}:role/aws-service-role/elasticloadbalancing.amazonaws.com/*`],
    ),
  ];
}
