import { getCallerIdentityOutput } from '@pulumi/aws';
import * as kms from '@pulumi/aws/kms';
import * as sns from '@pulumi/aws/sns';
import * as pulumi from '@pulumi/pulumi';
import type { StackConfig } from '../config';
import type { AwsNames } from './names';

type Receivers = Pick<StackConfig['alerts'], 'email' | 'webhook'>;

/** What tells of alarms, and of costs. */
const publishers = ['cloudwatch.amazonaws.com', 'budgets.amazonaws.com'];

/**
 * A topic in one region, encrypted with a key that its publishers may use (they may not use AWS's own, alias/aws/sns). Source:
 * https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
 */
export function createTopic(
  name: string,
  { names, region, receivers }: { names: AwsNames; region: string; receivers: Receivers },
  options: pulumi.CustomResourceOptions,
): { arn: pulumi.Output<string>; ready: pulumi.Resource[] } {
  const caller = getCallerIdentityOutput({}, options);
  const key = new kms.Key(
    name,
    {
      description: `messages of ${names('topic', name)}`,
      enableKeyRotation: true,
      // Nothing is kept under it.
      deletionWindowInDays: 7,
      policy: pulumi.jsonStringify({
        Version: '2012-10-17',
        Statement: [
          {
            Sid: 'Administer',
            Effect: 'Allow',
            Principal: { AWS: rootOf(caller.arn) },
            Action: 'kms:*',
            Resource: '*',
          },
          {
            Sid: 'EncryptMessages',
            Effect: 'Allow',
            Principal: { Service: publishers },
            Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
            Resource: '*',
            Condition: { StringEquals: { 'aws:SourceAccount': caller.accountId } },
          },
        ],
      }),
      region,
    },
    options,
  );
  const topic = new sns.Topic(name, { name: names('topic', name), kmsMasterKeyId: key.arn, region }, options);
  const policy = new sns.TopicPolicy(
    name,
    {
      arn: topic.arn,
      policy: pulumi.jsonStringify({
        Version: '2012-10-17',
        Statement: [
          {
            Sid: 'Publish',
            Effect: 'Allow',
            Principal: { Service: publishers },
            Action: 'sns:Publish',
            Resource: topic.arn,
            Condition: { StringEquals: { 'aws:SourceAccount': caller.accountId } },
          },
        ],
      }),
      region,
    },
    options,
  );
  subscribe(name, { topicArn: topic.arn, region, receivers }, options);
  return { arn: topic.arn, ready: [policy] };
}

function subscribe(
  name: string,
  { topicArn, region, receivers }: { topicArn: pulumi.Output<string>; region: string; receivers: Receivers },
  options: pulumi.CustomResourceOptions,
): void {
  const { email, webhook } = receivers;
  const add = (protocol: string, endpoint: pulumi.Input<string>) =>
    new sns.TopicSubscription(`${name}-${protocol}`, { topic: topicArn, protocol, endpoint, region }, options);
  if (email !== '') add('email', email);
  // Its path is often the only thing that keeps strangers out.
  if (webhook !== '') add('https', pulumi.secret(webhook));
}

/** What nobody but the receivers can do. A message comes for each region. */
export function confirmationWarnings({ email, webhook }: Receivers, regions: readonly string[]): string[] {
  const where = regions.join(' and ');
  const warnings: string[] = [];
  if (email !== '') {
    warnings.push(`${email} hears of no alarm before the link in each "AWS Notification" is opened: one from ${where}`);
  }
  if (webhook !== '') {
    warnings.push(
      `taproom:alerts.webhook hears of no alarm before it opens the SubscribeURL of each SubscriptionConfirmation it is sent: one from ${where}`,
    );
  }
  return warnings;
}

function rootOf(callerArn: pulumi.Output<string>): pulumi.Output<string> {
  return callerArn.apply((arn) => {
    const [, partition, , , account] = arn.split(':');
    return `arn:${partition}:iam::${account}:root`;
  });
}
