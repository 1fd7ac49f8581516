import { type AwsPermission, own, read, readAnywhere, reference, write } from './aws-permission';

const apprunner = reference('awsapprunner');
const ecr = reference('amazonelasticcontainerregistry');
const lambda = reference('awslambda');
const apprunnerTags = ['apprunner:TagResource', 'apprunner:UntagResource'];
const repositories = own('ecr', 'repository/');
const functions = own('lambda', 'function:');

export const awsComputePermissions: Readonly<Record<string, AwsPermission>> = {
  'aws:apprunner/service:Service': {
    source: apprunner,
    grants: [
      read(own('apprunner', 'service/'), [
        ...['apprunner:DescribeService', 'apprunner:ListOperations', 'apprunner:ListTagsForResource'],
      ]),
      write(own('apprunner', 'service/', 'vpcconnector/', 'autoscalingconfiguration/'), [
        ...['apprunner:CreateService', 'apprunner:UpdateService', 'apprunner:DeleteService', ...apprunnerTags],
      ]),
    ],
  },
  'aws:apprunner/vpcConnector:VpcConnector': {
    source: apprunner,
    grants: [
      read(own('apprunner', 'vpcconnector/'), ['apprunner:DescribeVpcConnector', 'apprunner:ListTagsForResource']),
      write(own('apprunner', 'vpcconnector/'), [
        ...['apprunner:CreateVpcConnector', 'apprunner:DeleteVpcConnector', ...apprunnerTags],
      ]),
    ],
  },
  'aws:apprunner/autoScalingConfigurationVersion:AutoScalingConfigurationVersion': {
    source: apprunner,
    grants: [
      read(own('apprunner', 'autoscalingconfiguration/'), [
        ...['apprunner:DescribeAutoScalingConfiguration', 'apprunner:ListTagsForResource'],
      ]),
      write(own('apprunner', 'autoscalingconfiguration/'), [
        ...['apprunner:CreateAutoScalingConfiguration', 'apprunner:DeleteAutoScalingConfiguration', ...apprunnerTags],
      ]),
    ],
  },
  'aws:lambda/function:Function': {
    source: lambda,
    grants: [
      read(functions, [
        ...['lambda:GetFunction', 'lambda:GetFunctionConfiguration', 'lambda:GetFunctionCodeSigningConfig'],
        ...['lambda:ListVersionsByFunction', 'lambda:ListTags'],
      ]),
      write(functions, [
        ...['lambda:CreateFunction', 'lambda:UpdateFunctionCode', 'lambda:UpdateFunctionConfiguration'],
        ...['lambda:DeleteFunction', 'lambda:TagResource', 'lambda:UntagResource'],
      ]),
      // Lambda looks at network and image with the rights of whoever makes the function.
      // Source: https://docs.aws.amazon.com/lambda/latest/dg/images-create.html#gettingstarted-images-permissions
      readAnywhere('ec2:DescribeSubnets', 'ec2:DescribeSecurityGroups', 'ec2:DescribeVpcs'),
      read(
        ['{repository}', ...repositories],
        [...['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer', 'ecr:GetRepositoryPolicy']],
      ),
    ],
  },
  'aws:lambda/invocation:Invocation': {
    source: lambda,
    grants: [write(functions, ['lambda:InvokeFunction'])],
  },
  'aws:ecr/repository:Repository': {
    source: ecr,
    grants: [
      readAnywhere('ecr:GetAuthorizationToken'),
      read(
        ['{repository}', ...repositories],
        [...['ecr:DescribeRepositories', 'ecr:DescribeImages', 'ecr:ListTagsForResource']],
      ),
      write(repositories, [
        ...['ecr:CreateRepository', 'ecr:DeleteRepository', 'ecr:BatchDeleteImage', 'ecr:ListImages'],
        ...['ecr:PutImageTagMutability', 'ecr:PutImageScanningConfiguration', 'ecr:TagResource', 'ecr:UntagResource'],
      ]),
    ],
  },
  'aws:ecr/repositoryPolicy:RepositoryPolicy': {
    source: ecr,
    grants: [
      read(repositories, ['ecr:GetRepositoryPolicy']),
      write(repositories, ['ecr:SetRepositoryPolicy', 'ecr:DeleteRepositoryPolicy']),
    ],
  },
  'aws:ecr/lifecyclePolicy:LifecyclePolicy': {
    source: ecr,
    grants: [
      read(repositories, ['ecr:GetLifecyclePolicy']),
      write(repositories, ['ecr:PutLifecyclePolicy', 'ecr:DeleteLifecyclePolicy']),
    ],
  },
  'docker-build:index:Image': {
    source: 'https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html',
    grants: [
      readAnywhere('ecr:GetAuthorizationToken'),
      read(repositories, ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchCheckLayerAvailability']),
      write(repositories, [
        ...['ecr:PutImage', 'ecr:InitiateLayerUpload', 'ecr:UploadLayerPart', 'ecr:CompleteLayerUpload'],
      ]),
    ],
  },
};
