import { findStoredImage, parseReference } from '../cloud/registry';
import { applyRule } from '../rules';
import { withResource } from './app-runner-deployment';
import { repository, repositoryPolicy } from './ecr';
import { refuseAccess, refuseAssumption, refuseService } from './iam-authorize';
import { lambdaFunction } from './lambda';
import { findGroup } from './security-groups';
import { findSubnet } from './vpc';

/** What a function needs around it: its network, its role, its image. */
export const surroundingsRules = [
  applyRule({
    id: 'aws.lambda.network',
    refuses:
      'A function in a VPC without subnets or security groups, or with some that do not exist or are of several VPCs.',
    source: 'https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html',
    types: lambdaFunction,
    check: ({ inputs: { vpcConfig }, cloud, place }) => {
      const { subnetIds = [], securityGroupIds = [] } = vpcConfig ?? {};
      if (subnetIds.length === 0 && securityGroupIds.length === 0) return undefined;
      if (subnetIds.length === 0 || securityGroupIds.length === 0) {
        return 'InvalidParameterValueException: The VpcConfig parameter must have at least one subnet and one security group (vpcConfig.subnetIds, vpcConfig.securityGroupIds)';
      }
      const subnet = subnetIds.find((id) => !findSubnet(cloud, id, place.region));
      if (subnet)
        return `InvalidParameterValueException: Error occurred while DescribeSubnets. EC2 Error Code: InvalidSubnetID.NotFound. EC2 Error Message: The subnet ID '${subnet}' does not exist`;
      const group = securityGroupIds.find((id) => !findGroup(cloud, id, place.region));
      if (group)
        return `InvalidParameterValueException: Error occurred while DescribeSecurityGroups. EC2 Error Code: InvalidGroup.NotFound. EC2 Error Message: The security group '${group}' does not exist`;
      const vpcs = new Set([
        ...subnetIds.map((id) => findSubnet(cloud, id, place.region)?.vpcId),
        ...securityGroupIds.map((id) => findGroup(cloud, id, place.region)?.vpcId),
      ]);
      return vpcs.size === 1
        ? undefined
        : 'InvalidParameterValueException: The subnets and security groups must be of one VPC (vpcConfig)';
    },
  }),
  applyRule({
    id: 'aws.lambda.role',
    refuses: 'A role that Lambda may not take on, or, in a VPC, that may make no network interfaces.',
    source: 'https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html',
    types: lambdaFunction,
    check: async ({ inputs, cloud, place }) => {
      const refused = await refuseAssumption(cloud, { roleArn: inputs.role, service: 'lambda.amazonaws.com' });
      if (refused) {
        return `InvalidParameterValueException: The role defined for the function cannot be assumed by Lambda: ${refused} (role)`;
      }
      const { subnetIds = [], securityGroupIds = [] } = inputs.vpcConfig ?? {};
      if (subnetIds.length === 0) return undefined;
      const own = (kind: string, id: string) => `arn:aws:ec2:${place.region}:${place.account}:${kind}/${id}`;
      const interfaceArn = own('network-interface', 'eni-00000000000000000');
      const groupArns = securityGroupIds.map((id) => own('security-group', id));
      const wanted = [
        ...[interfaceArn, ...subnetIds.map((id) => own('subnet', id)), ...groupArns].map((resource) => ({
          action: 'ec2:CreateNetworkInterface',
          resource,
        })),
        { action: 'ec2:DescribeNetworkInterfaces', resource: '*' },
        { action: 'ec2:DeleteNetworkInterface', resource: interfaceArn },
      ];
      const findings: string[] = [];
      for (const request of wanted) {
        const denied = await refuseAccess(cloud, inputs.role, request);
        if (denied) {
          findings.push(
            `InvalidParameterValueException: The provided execution role does not have permissions to call ${request.action.slice(4)} on EC2 (role): ${denied}`,
          );
        }
      }
      return findings;
    },
  }),
  applyRule({
    id: 'aws.lambda.image-missing',
    refuses: 'An image that is not in ECR, or is for another architecture.',
    source: 'https://docs.aws.amazon.com/lambda/latest/dg/images-create.html',
    types: lambdaFunction,
    check: ({ inputs: { imageUri, packageType, architectures }, cloud }) => {
      if (packageType !== 'Image' || imageUri === undefined) return undefined;
      const image = findStoredImage(cloud, imageUri);
      if (!image) {
        return `InvalidParameterValueException: Source image ${imageUri} does not exist. Provide a valid source image. (imageUri)`;
      }
      const wanted = architectures?.[0] === 'arm64' ? 'linux/arm64' : 'linux/amd64';
      return image.platform === wanted
        ? undefined
        : `Runtime.InvalidEntrypoint: exec format error: ${imageUri} is for ${image.platform}, the function for ${wanted} (architectures)`;
    },
  }),
  applyRule({
    id: 'aws.lambda.image-pull',
    refuses: 'An image in a repository whose policy does not let Lambda pull it for this function.',
    source: 'https://docs.aws.amazon.com/lambda/latest/dg/images-create.html#gettingstarted-images-permissions',
    types: lambdaFunction,
    check: async ({ inputs: { imageUri = '', packageType, name }, cloud, place }) => {
      const address = parseReference(imageUri)?.repository;
      const home = cloud.list(repository).find(({ outputs }) => outputs.repositoryUrl === address);
      if (packageType !== 'Image' || !home) return undefined;
      const policy = cloud.list(repositoryPolicy).find(({ inputs }) => inputs.repository === home.id)?.inputs.policy;
      const findings: string[] = [];
      for (const action of ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer']) {
        const denied = await refuseService('lambda.amazonaws.com', {
          action,
          resource: home.outputs.arn,
          resourcePolicy: withResource(policy, home.outputs.arn),
          context: { 'aws:SourceArn': `arn:aws:lambda:${place.region}:${place.account}:function:${name}` },
        });
        if (denied) {
          findings.push(
            `AccessDeniedException: Lambda does not have permission to access the ECR image. Check the ECR permissions. ${denied}`,
          );
        }
      }
      return findings;
    },
  }),
];
