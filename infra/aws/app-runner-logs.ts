import * as scheduler from '@pulumi/aws/scheduler';
import * as pulumi from '@pulumi/pulumi';
import type { AwsScope } from './foundation';
import { createRole } from './roles';

export type LogRequest = {
  serviceArn: pulumi.Output<string>;
  serviceName: pulumi.Output<string>;
  serviceId: pulumi.Output<string>;
};

/**
 * Gives App Runner's log groups an end. App Runner makes them itself, under an id that nobody knows before, so that a
 * LogGroup of ours would come too late and find the name taken; a schedule sets their retention once a day instead.
 * Source: https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html
 */
export function keepLogsFor(
  name: string,
  { serviceArn, serviceName, serviceId }: LogRequest,
  { names, logRetentionDays }: AwsScope,
  options: pulumi.CustomResourceOptions,
): void {
  const groups = ['application', 'service'].map((kind) => ({
    kind,
    name: pulumi.interpolate`/aws/apprunner/${serviceName}/${serviceId}/${kind}`,
  }));
  const account = serviceArn.apply((arn) => {
    const [, partition, , region, id] = arn.split(':');
    return `arn:${partition}:logs:${region}:${id}`;
  });
  const role = createRole(
    `${name}-logs`,
    {
      names,
      principal: 'scheduler.amazonaws.com',
      statements: [
        {
          Sid: 'SetRetention',
          Effect: 'Allow',
          Action: ['logs:PutRetentionPolicy'],
          Resource: groups.map((group) => pulumi.interpolate`${account}:log-group:${group.name}:*`),
        },
      ],
    },
    options,
  );
  for (const group of groups) {
    new scheduler.Schedule(
      `${name}-${group.kind}-logs`,
      {
        name: names('schedule', `${name}-${group.kind}`),
        description: 'sets how long App Runner keeps log lines',
        scheduleExpression: 'rate(1 day)',
        flexibleTimeWindow: { mode: 'OFF' },
        target: {
          arn: 'arn:aws:scheduler:::aws-sdk:cloudwatchlogs:putRetentionPolicy',
          roleArn: role.arn,
          input: pulumi.jsonStringify({ LogGroupName: group.name, RetentionInDays: logRetentionDays }),
        },
      },
      { ...options, dependsOn: role.ready },
    );
  }
}
