import * as cloudwatch from '@pulumi/aws/cloudwatch';
import * as lambda from '@pulumi/aws/lambda';
import * as pulumi from '@pulumi/pulumi';
import type { ImageRef } from '../image';
import { migrationEnv, type PostgresStore } from '../service-env';
import type { AwsScope, InNetwork } from './foundation';
import { migrationFunctionName } from './names';
import type { Network } from './network';
import type { AwsRegistry } from './registry';
import { createRole, type Statement } from './roles';
import { allowConnection, createSecurityGroup } from './security-group';

/** Lambda's longest. */
const timeoutSeconds = 900;

export type MigrationRequest = {
  image: ImageRef;
  network: Network;
  registry: AwsRegistry;
  postgres: InNetwork<PostgresStore>;
};

/**
 * Migrates with the image that is being deployed: a function in the private subnets, called once for each image and
 * each set of logins. It gets its logins in the call, and so needs no way out of the network. An error of it fails the
 * deployment before any service changes.
 */
export function createMigration(scope: AwsScope, request: MigrationRequest): pulumi.Resource {
  const { names, options, logRetentionDays } = scope;
  const { image, network, registry, postgres } = request;
  const functionName = migrationFunctionName(names);
  const platform = { logFormat: 'plain', trustProxyHops: 0, drainSeconds: 0 } as const;
  const env = migrationEnv({ digest: image.digest, postgres, platform });
  const { MIGRATE_USER, SERVICE_ROLE, SERVICE_ROLE_LOCKED, SERVICE_VERSION, ...variables } = env.plain;
  const login = { MIGRATE_USER, SERVICE_ROLE, SERVICE_ROLE_LOCKED, SERVICE_VERSION, ...env.secrets };

  const group = createSecurityGroup('migration', { names, network, description: 'database migrations' }, options);
  const path = allowConnection(
    'migration-to-postgres',
    { from: group.id, to: postgres.securityGroupId, port: postgres.port },
    options,
  );
  const logs = new cloudwatch.LogGroup(
    'migration-logs',
    { name: `/aws/lambda/${functionName}`, retentionInDays: logRetentionDays },
    options,
  );
  const role = createRole(
    'migration',
    { names, principal: 'lambda.amazonaws.com', statements: migrationStatements(logs.arn, functionName) },
    options,
  );
  const migrate = new lambda.Function(
    'migration',
    {
      name: functionName,
      description: 'runs the migrations of the image being deployed',
      packageType: 'Image',
      imageUri: image.reference,
      imageConfig: { commands: ['migrate-lambda'] },
      architectures: ['x86_64'],
      memorySize: 512,
      timeout: timeoutSeconds,
      role: role.arn,
      vpcConfig: { subnetIds: network.privateSubnetIds, securityGroupIds: [group.id] },
      environment: { variables },
      loggingConfig: { logFormat: 'Text', logGroup: logs.name },
    },
    { ...options, dependsOn: [...role.ready, ...registry.ready, ...path] },
  );
  return new lambda.Invocation(
    'migration',
    {
      functionName: migrate.name,
      // Another release or login is another input, and so another call.
      input: pulumi.secret(pulumi.jsonStringify(login)),
      triggers: { database: postgres.host },
    },
    // "*" also repeats a call whose failure the state remembers.
    { ...options, dependsOn: [...postgres.ready, ...path], replaceOnChanges: ['*'] },
  );
}

/**
 * Lambda itself uses the role to put the function into the network; the function's code may not.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
 */
function migrationStatements(logGroupArn: pulumi.Output<string>, functionName: string): Statement[] {
  const account = logGroupArn.apply((arn) => {
    const [, partition, , region, id] = arn.split(':');
    return { partition, region, id };
  });
  const functionArn = account.apply(
    ({ partition, region, id }) => `arn:${partition}:lambda:${region}:${id}:function:${functionName}`,
  );
  const interfaceActions = [
    'ec2:CreateNetworkInterface',
    'ec2:DeleteNetworkInterface',
    'ec2:AssignPrivateIpAddresses',
    'ec2:UnassignPrivateIpAddresses',
  ];
  // These two know no resources.
  const describeActions = ['ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets'];
  return [
    {
      Sid: 'WriteLogs',
      Effect: 'Allow',
      Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: pulumi.interpolate`${logGroupArn}:*`,
    },
    {
      Sid: 'JoinNetwork',
      Effect: 'Allow',
      Action: interfaceActions,
      Resource: ['network-interface', 'security-group', 'subnet'].map((kind) =>
        account.apply(({ partition, region, id }) => `arn:${partition}:ec2:${region}:${id}:${kind}/*`),
      ),
    },
    { Sid: 'SeeNetwork', Effect: 'Allow', Action: describeActions, Resource: '*' },
    {
      Sid: 'NotFromCode',
      Effect: 'Deny',
      Action: [...interfaceActions, ...describeActions],
      Resource: '*',
      Condition: { ArnEquals: { 'lambda:SourceFunctionArn': functionArn } },
    },
  ];
}
