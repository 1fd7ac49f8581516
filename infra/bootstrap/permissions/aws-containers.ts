import { type AwsPermission, own, read, readAnywhere, reference, write } from './aws-permission';

const isCreatedTagged = { StringLike: { 'aws:RequestTag/stack': '{stack}', 'aws:RequestTag/project': 'taproom' } };
const ecs = reference('amazonelasticcontainerservice');
const eks = reference('amazonelastickubernetesservice');
const tags = (service: string) => [`${service}:TagResource`, `${service}:UntagResource`];
const services = own('ecs', 'service/', 'cluster/').concat(
  'arn:aws:ecs:{region}:{account}:service/*/taproom-{stack}-*',
);
const revisions = [
  'arn:aws:ecs:{region}:{account}:service-deployment/*',
  'arn:aws:ecs:{region}:{account}:service-revision/*',
];
const clusters = own('eks', 'cluster/');

export const awsContainerPermissions: Readonly<Record<string, AwsPermission>> = {
  'aws:ecs/cluster:Cluster': {
    source: ecs,
    grants: [
      read(own('ecs', 'cluster/'), ['ecs:DescribeClusters', 'ecs:ListTagsForResource']),
      write(own('ecs', 'cluster/'), [
        'ecs:CreateCluster',
        'ecs:UpdateCluster',
        'ecs:UpdateClusterSettings',
        'ecs:DeleteCluster',
        ...tags('ecs'),
      ]),
    ],
  },
  'aws:ecs/clusterCapacityProviders:ClusterCapacityProviders': {
    source: ecs,
    grants: [
      read(own('ecs', 'cluster/'), ['ecs:DescribeClusters']),
      write(own('ecs', 'cluster/'), ['ecs:PutClusterCapacityProviders']),
    ],
  },
  'aws:ecs/taskDefinition:TaskDefinition': {
    source: ecs,
    grants: [
      readAnywhere('ecs:DescribeTaskDefinition'),
      write(['*'], ['ecs:DeregisterTaskDefinition']),
      write(own('ecs', 'task-definition/'), [
        'ecs:RegisterTaskDefinition',
        'ecs:DeleteTaskDefinitions',
        ...tags('ecs'),
      ]),
    ],
  },
  'aws:ecs/service:Service': {
    source: ecs,
    grants: [
      read(services, ['ecs:DescribeServices', 'ecs:ListServiceDeployments', 'ecs:ListTagsForResource']),
      read(revisions, ['ecs:DescribeServiceDeployments', 'ecs:DescribeServiceRevisions']),
      write(services, ['ecs:CreateService', 'ecs:UpdateService', 'ecs:DeleteService', ...tags('ecs')]),
    ],
  },
  'aws:ecs/expressGatewayService:ExpressGatewayService': {
    source: ecs,
    grants: [
      read(services, ['ecs:DescribeExpressGatewayService', 'ecs:DescribeServices', 'ecs:ListServiceDeployments']),
      read(revisions, ['ecs:DescribeServiceDeployments', 'ecs:DescribeServiceRevisions']),
      write(services, [
        ...['ecs:CreateExpressGatewayService', 'ecs:UpdateExpressGatewayService', 'ecs:DeleteExpressGatewayService'],
        ...tags('ecs'),
      ]),
    ],
  },
  'aws:eks/cluster:Cluster': {
    source: eks,
    grants: [
      read(clusters, ['eks:DescribeCluster', 'eks:DescribeUpdate', 'eks:ListTagsForResource']),
      write(['*'], ['eks:CreateCluster'], isCreatedTagged),
      write(clusters, [
        ...['eks:DeleteCluster', 'eks:UpdateClusterConfig', 'eks:UpdateClusterVersion', ...tags('eks')],
      ]),
    ],
  },
  'aws:eks/nodeGroup:NodeGroup': {
    source: eks,
    grants: [
      read(own('eks', 'nodegroup/'), ['eks:DescribeNodegroup', 'eks:DescribeUpdate', 'eks:ListTagsForResource']),
      write(clusters, ['eks:CreateNodegroup']),
      write(own('eks', 'nodegroup/'), [
        ...['eks:UpdateNodegroupConfig', 'eks:UpdateNodegroupVersion', 'eks:DeleteNodegroup', ...tags('eks')],
      ]),
    ],
  },
  'aws:eks/addon:Addon': {
    source: eks,
    grants: [
      read(own('eks', 'addon/'), ['eks:DescribeAddon', 'eks:DescribeUpdate', 'eks:ListTagsForResource']),
      write(clusters, ['eks:CreateAddon']),
      write(own('eks', 'addon/'), ['eks:UpdateAddon', 'eks:DeleteAddon', ...tags('eks')]),
    ],
  },
  'aws:eks/accessEntry:AccessEntry': {
    source: eks,
    grants: [
      read(own('eks', 'access-entry/'), ['eks:DescribeAccessEntry', 'eks:ListTagsForResource']),
      write(clusters, ['eks:CreateAccessEntry']),
      write(own('eks', 'access-entry/'), ['eks:UpdateAccessEntry', 'eks:DeleteAccessEntry', ...tags('eks')]),
    ],
  },
  'aws:eks/accessPolicyAssociation:AccessPolicyAssociation': {
    source: eks,
    grants: [
      read(own('eks', 'access-entry/'), ['eks:ListAssociatedAccessPolicies']),
      write(own('eks', 'access-entry/'), ['eks:AssociateAccessPolicy', 'eks:DisassociateAccessPolicy']),
    ],
  },
  'aws:eks/podIdentityAssociation:PodIdentityAssociation': {
    source: eks,
    grants: [
      read(own('eks', 'podidentityassociation/'), ['eks:DescribePodIdentityAssociation', 'eks:ListTagsForResource']),
      write(clusters, ['eks:CreatePodIdentityAssociation']),
      write(own('eks', 'podidentityassociation/'), [
        ...['eks:UpdatePodIdentityAssociation', 'eks:DeletePodIdentityAssociation', ...tags('eks')],
      ]),
    ],
  },
};
