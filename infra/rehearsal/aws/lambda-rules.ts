import { applyRule, graphRule, inputRule } from '../rules';
import { findFunction, invocation, lambdaFunction, missingFunction } from './lambda';
import { surroundingsRules } from './lambda-surroundings-rules';

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
  ...surroundingsRules,
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
