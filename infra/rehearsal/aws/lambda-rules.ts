import { findStoredImage, parseReference } from '../cloud/registry';
import { applyRule, graphRule, inputRule } from '../rules';
import { withResource } from './app-runner-deployment';
import { repository, repositoryPolicy } from './ecr';
import { refuseAccess, refuseAssumption, refuseService } from './iam-authorize';
import { findFunction, invocation, lambdaFunction, missingFunction } from './lambda';
import { findGroup } from './security-groups';
import { findSubnet } from './vpc';

const source = 'https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html';
const variables = 'https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html';
const reservedVariables = [
  '_HANDLER',
  '_X_AMZN_TRACE_ID',
  'AWS_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_DEFAULT_REGION',
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_INITIALIZATION_TYPE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_LAMBDA_RUNTIME_API',
  'AWS_REGION',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SECRET_KEY',
  'AWS_SECURITY_TOKEN',
  'AWS_SESSION_TOKEN',
  'LAMBDA_RUNTIME_DIR',
  'LAMBDA_TASK_ROOT',
];

export const lambdaRules = [
  inputRule({
    id: 'aws.lambda.name',
    refuses: 'A name of a function other than 1 to 64 letters, digits, hyphens and underscores.',
    source,
    types: lambdaFunction,
    check: ({ inputs: { name = 'generated' } }) =>
      /^[\w-]{1,64}$/.test(name) || name.startsWith('arn:')
        ? undefined
        : `invalid value for name: must be valid function name or function ARN: 1 to 64 letters, digits, hyphens and underscores (it has ${name.length} characters)`,
  }),
  inputRule({
    id: 'aws.lambda.sizes',
    refuses:
      'A memory other than 128 to 10240 MiB, a time other than 1 to 900 seconds, a disk other than 512 to 10240 MiB.',
    source: 'https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html',
    types: lambdaFunction,
    check: ({ inputs: { memorySize = 128, timeout = 3, ephemeralStorage, capacityProviderConfig } }) => {
      const size = ephemeralStorage?.size ?? 512;
      return [
        ...(capacityProviderConfig === undefined && (memorySize < 128 || memorySize > 10_240)
          ? [`expected memorySize to be in the range (128 - 10240), got ${memorySize}`]
          : []),
        ...(timeout < 1 || timeout > 900 ? [`expected timeout to be in the range (1 - 900), got ${timeout}`] : []),
        ...(size < 512 || size > 10_240
          ? [`expected ephemeralStorage.size to be in the range (512 - 10240), got ${size}`]
          : []),
      ];
    },
  }),
  inputRule({
    id: 'aws.lambda.package',
    refuses: 'An image without its address or with a handler, code without handler and runtime, two architectures.',
    source,
    types: lambdaFunction,
    check: ({ inputs }) => {
      const { packageType = 'Zip', imageUri, handler, runtime, architectures = ['x86_64'] } = inputs;
      if (packageType !== 'Zip' && packageType !== 'Image') {
        return `expected packageType to be one of ["Zip" "Image"], got ${packageType}`;
      }
      if (architectures.length !== 1 || !['x86_64', 'arm64'].includes(architectures[0] ?? '')) {
        return `expected architectures to be one of ["x86_64" "arm64"], got ${architectures.join(', ')}`;
      }
      if (packageType === 'Zip') {
        return handler === undefined || runtime === undefined
          ? 'handler and runtime must be set when packageType is Zip'
          : undefined;
      }
      if (imageUri === undefined)
        return 'InvalidParameterValueException: imageUri must be set when packageType is Image';
      return handler !== undefined || runtime !== undefined
        ? 'InvalidParameterValueException: handler and runtime must not be set when packageType is Image'
        : undefined;
    },
  }),
  inputRule({
    id: 'aws.lambda.reserved-variable',
    refuses: 'A variable that Lambda keeps for itself.',
    source: variables,
    types: lambdaFunction,
    check: ({ inputs: { environment } }) => {
      const used = Object.keys(environment?.variables ?? {}).filter((name) => reservedVariables.includes(name));
      return used.length === 0
        ? undefined
        : `InvalidParameterValueException: Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${used.join(', ')}`;
    },
  }),
  inputRule({
    id: 'aws.lambda.variables',
    refuses: 'A variable whose name is none, and more than 4 KB of variables.',
    source: variables,
    types: lambdaFunction,
    check: ({ inputs: { environment } }) => {
      const all = environment?.variables ?? {};
      const wrong = Object.keys(all).filter((name) => !/^[a-zA-Z]\w+$/.test(name) && !reservedVariables.includes(name));
      const size = Buffer.byteLength(JSON.stringify(all));
      return [
        ...wrong.map(
          (name) =>
            `InvalidParameterValueException: environment.variables.${name} failed to satisfy constraint: Map keys must satisfy constraint: [Member must satisfy regular expression pattern: [a-zA-Z]([a-zA-Z0-9_])+]`,
        ),
        ...(size > 4_096
          ? [
              `InvalidParameterValueException: Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit. String measured: ${size} bytes`,
            ]
          : []),
      ];
    },
  }),
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
  inputRule({
    id: 'aws.lambda.invocation-input',
    refuses: 'An input of an invocation that is no JSON.',
    source: 'https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html',
    types: invocation,
    check: ({ inputs }) => {
      try {
        JSON.parse(inputs.input);
        return undefined;
      } catch {
        return '"input" contains an invalid JSON';
      }
    },
  }),
  applyRule({
    id: 'aws.lambda.function-missing',
    refuses: 'An invocation of a function that does not exist.',
    source: 'https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html',
    types: invocation,
    check: ({ inputs: { functionName }, cloud, place }) =>
      findFunction(cloud, functionName, place) ? undefined : missingFunction(functionName, place),
  }),
  graphRule({
    id: 'aws.lambda.secret-in-plain',
    refuses: 'A secret as a variable of a function: everyone who may read the function reads it.',
    source: variables,
    types: [lambdaFunction],
    check: (graph) =>
      graph.ofType(lambdaFunction).flatMap(({ urn, name, inputs: { environment } }) => {
        const given = typeof environment === 'object' && environment !== null ? Object.entries(environment) : [];
        return given
          .flatMap(([key, value]) =>
            key === 'variables' && typeof value === 'object' && value !== null ? Object.entries(value) : [],
          )
          .filter(([, value]) => value === '[secret]')
          .map(([variable]) => ({ urn, message: `${name}: environment.variables.${variable} must be no secret` }));
      }),
  }),
];

export const lambdaSimulation = { resources: [lambdaFunction, invocation], functions: [], rules: lambdaRules };
