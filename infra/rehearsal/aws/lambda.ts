import { createHash } from 'node:crypto';
import type { lambda } from '@pulumi/aws';
import type { Unwrap } from '@pulumi/pulumi';
import type { Cloud, Place } from '../cloud/cloud';
import { Refusal } from '../cloud/refusal';
import { findStoredImage } from '../cloud/registry';
import { resource } from '../declare';
import { accountId, arn } from './declare';
import { refuseAccess } from './iam-authorize';
import { ensureLogGroup } from './logs';
import { networkOf, type Origin } from './reachability';
import { securityGroup } from './security-groups';
import { subnet } from './vpc';

type FunctionInputs = Unwrap<lambda.FunctionArgs>;

export const lambdaFunction = resource<lambda.Function, lambda.FunctionArgs>({
  token: 'aws:lambda/function:Function',
  naming: { maxLength: 64 },
  replaceOn: ['name', 'packageType'],
  defaults: {
    memorySize: 128,
    packageType: 'Zip',
    publish: false,
    reservedConcurrentExecutions: -1,
    skipDestroy: false,
    timeout: 3,
  },
  unordered: ['vpcConfig.securityGroupIds', 'vpcConfig.subnetIds'],
  empty: ['codeSha256', 'signingJobArn', 'signingProfileVersionArn', 'sourceCodeHash', 'sourceCodeSize'],
  changesOnUpdate: ['lastModified'],
  seconds: { create: 20, update: 10, delete: 30 },
  id: ({ inputs }) => inputs.name ?? '',
  outputs: ({ inputs, place, cloud }) => {
    const own = arn('lambda', place, `function:${inputs.name}`);
    const invoke = (of: string) =>
      `arn:aws:apigateway:${place.region}:lambda:path/2015-03-31/functions/${of}/invocations`;
    return {
      architectures: inputs.architectures ?? ['x86_64'],
      arn: own,
      ephemeralStorage: { size: inputs.ephemeralStorage?.size ?? 512 },
      invokeArn: invoke(own),
      lastModified: cloud.clock.timestamp(),
      loggingConfig: { logGroup: `/aws/lambda/${inputs.name}`, ...(inputs.loggingConfig ?? { logFormat: 'Text' }) },
      qualifiedArn: `${own}:$LATEST`,
      qualifiedInvokeArn: invoke(`${own}:$LATEST`),
      responseStreamingInvokeArn: invoke(own)
        .replace('2015-03-31', '2021-11-15')
        .replace('invocations', 'response-streaming-invocations'),
      tracingConfig: { mode: inputs.tracingConfig?.mode ?? 'PassThrough' },
      version: '$LATEST',
    };
  },
  unique: ({ inputs, place }) => `function ${inputs.name} in ${place.region}`,
  exists: ({ inputs }) => `ResourceConflictException: Function already exist: ${inputs.name}`,
  uses: ({ inputs: { vpcConfig }, cloud }) => [
    ...(vpcConfig?.subnetIds ?? []).map((id) => cloud.find(subnet, id)),
    ...(vpcConfig?.securityGroupIds ?? []).map((id) => cloud.find(securityGroup, id)),
  ],
  create: ({ inputs }) => {
    if (inputs.packageType !== 'Image')
      throw new Refusal('not simulated: a function that is no image (packageType Zip)');
  },
  delete: ({ entity }) => (entity.inputs.skipDestroy ? 'kept' : 'gone'),
});

export const invocation = resource<lambda.Invocation, lambda.InvocationArgs>({
  token: 'aws:lambda/invocation:Invocation',
  // AWS keeps nothing of it, so that the same call can be made again.
  stateOnly: true,
  // In the scope CREATE_ONLY; the other one is refused as not simulated.
  replaceOn: ['functionName', 'input', 'qualifier', 'tenantId', 'triggers'],
  defaults: { lifecycleScope: 'CREATE_ONLY', qualifier: '$LATEST', terraformKey: 'tf' },
  empty: ['result'],
  seconds: { create: 5 },
  id: ({ inputs }) =>
    `${inputs.functionName}_${inputs.qualifier}_${createHash('md5').update(inputs.input).digest('hex')}`,
  outputs: () => ({}),
  create: async ({ cloud, entity, inputs, place }) => {
    if (inputs.lifecycleScope !== 'CREATE_ONLY') throw new Refusal('not simulated: lifecycleScope CRUD');
    const found = findFunction(cloud, inputs.functionName, place);
    if (!found) throw new Refusal(missingFunction(inputs.functionName, place));
    const result = await invoke(cloud, found, inputs.input);
    if (!result.ok) {
      throw new Refusal(
        `invoking Lambda Function (${found.id}): function error: ${result.errorType}: ${result.errorMessage}. Its log is ${found.outputs.loggingConfig.logGroup}`,
      );
    }
    entity.outputs = { ...entity.outputs, result: result.payload };
  },
});

type FunctionEntity = NonNullable<ReturnType<typeof findFunction>>;

/** By name or ARN. */
export function findFunction(cloud: Cloud, reference: string, place: Place) {
  return cloud
    .list(lambdaFunction)
    .find((found) => found.place.region === place.region && [found.id, found.outputs.arn].includes(reference));
}

export function missingFunction(reference: string, place: Place): string {
  const name = reference.startsWith('arn:') ? reference : arn('lambda', place, `function:${reference}`);
  return `ResourceNotFoundException: Function not found: ${name} (functionName)`;
}

async function invoke(cloud: Cloud, { id, place, inputs, outputs }: FunctionEntity, payload: string) {
  const { logGroup = `/aws/lambda/${id}` } = outputs.loggingConfig;
  const logArn = `arn:aws:logs:${place.region}:${accountId}:log-group:${logGroup}`;
  const mayMakeGroup = await refuseAccess(cloud, inputs.role, { action: 'logs:CreateLogGroup', resource: logArn });
  if (mayMakeGroup === undefined) ensureLogGroup(cloud, place, logGroup);
  const image = findStoredImage(cloud, inputs.imageUri ?? '');
  if (!image) throw new Refusal(`ResourceNotReadyException: the image ${inputs.imageUri} is gone (imageUri)`);
  const memory = inputs.memorySize ?? 128;
  return cloud.runtime.invokeFunction(
    {
      name: id,
      digest: image.digest,
      ...(inputs.imageConfig?.entryPoints && { entrypoint: inputs.imageConfig.entryPoints }),
      ...(inputs.imageConfig?.commands && { command: inputs.imageConfig.commands }),
      env: {
        ...inputs.environment?.variables,
        AWS_REGION: place.region ?? '',
        AWS_DEFAULT_REGION: place.region ?? '',
        AWS_LAMBDA_FUNCTION_NAME: id,
        AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memory),
        AWS_LAMBDA_LOG_GROUP_NAME: logGroup,
      },
      network: networkOf(cloud, () => originOf(inputs, place)),
      logGroup,
      limits: { memoryMiB: memory },
    },
    payload,
    inputs.timeout ?? 3,
  );
}

function originOf({ vpcConfig }: FunctionInputs, place: Place): Origin {
  const { subnetIds = [], securityGroupIds = [] } = vpcConfig ?? {};
  if (subnetIds.length === 0) return { kind: 'internet' };
  return { kind: 'vpc', region: place.region ?? '', subnetIds, securityGroupIds };
}
