import type { sns } from '@pulumi/aws';
import { type Cloud, table } from '../cloud/cloud';
import { askToConfirm, forgetConfirmation } from '../cloud/notifications';
import { resource } from '../declare';
import { arn } from './declare';

export const topic = resource<sns.Topic, sns.TopicArgs>({
  token: 'aws:sns/topic:Topic',
  naming: { maxLength: 256 },
  replaceOn: ['name', 'namePrefix', 'fifoTopic'],
  defaults: { contentBasedDeduplication: false, fifoTopic: false, signatureVersion: 1 },
  empty: ['beginningArchiveTime', 'fifoThroughputScope', 'namePrefix'],
  seconds: { create: 1, delete: 1 },
  id: ({ inputs, place }) => arn('sns', place, inputs.name ?? ''),
  outputs: ({ inputs, id, place }) => ({
    arn: id,
    owner: place.account ?? '',
    policy: inputs.policy ?? ownerPolicy(id, place.account ?? ''),
    signatureVersion: inputs.signatureVersion ?? 1,
    tracingConfig: inputs.tracingConfig ?? 'PassThrough',
  }),
  // The subscriptions go with their topic.
  delete: () => 'gone',
});

/** Only the account itself. Source: https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html */
export function ownerPolicy(topicArn: string, account: string): string {
  const Condition = { StringEquals: { 'AWS:SourceOwner': account } };
  const Action = ['SNS:GetTopicAttributes', 'SNS:SetTopicAttributes', 'SNS:Subscribe', 'SNS:Publish'];
  const Statement = [{ Effect: 'Allow', Principal: { AWS: '*' }, Action, Resource: topicArn, Condition }];
  return JSON.stringify({ Version: '2008-10-17', Id: '__default_policy_ID', Statement });
}

export const topicPolicy = resource<sns.TopicPolicy, sns.TopicPolicyArgs>({
  token: 'aws:sns/topicPolicy:TopicPolicy',
  replaceOn: ['arn'],
  seconds: { create: 1, delete: 1 },
  id: ({ inputs }) => inputs.arn,
  outputs: ({ place }) => ({ owner: place.account ?? '' }),
  uses: ({ inputs, cloud }) => [cloud.findBy(topic, 'arn', inputs.arn)],
});

/** Those whose receivers have opened the link; by ARN. */
const confirmed = table<true>('confirmed sns subscriptions');

/** Protocols whose receiver must say yes; the others belong to an account that has said it. */
const mustConfirm = ['email', 'email-json', 'http', 'https'];

export const subscription = resource<sns.TopicSubscription, sns.TopicSubscriptionArgs>({
  token: 'aws:sns/topicSubscription:TopicSubscription',
  replaceOn: ['endpoint', 'protocol', 'topic'],
  defaults: { confirmationTimeoutInMinutes: 1, endpointAutoConfirms: false, rawMessageDelivery: false },
  seconds: { create: 1, delete: 1 },
  id: ({ inputs, seed }) => `${topicOf(inputs)}:${seed.uuid()}`,
  outputs: ({ inputs, id, place, cloud }) => ({
    arn: id,
    confirmationWasAuthenticated: !mustConfirm.includes(inputs.protocol),
    filterPolicyScope: inputs.filterPolicyScope ?? '',
    ownerId: place.account ?? '',
    pendingConfirmation: mustConfirm.includes(inputs.protocol) && !isConfirmed(cloud, id),
    topic: topicOf(inputs),
  }),
  uses: ({ inputs, cloud }) => [cloud.findBy(topic, 'arn', topicOf(inputs))],
  create: ({ cloud, id, inputs }) => {
    const confirm = () => void cloud.table(confirmed).set(id, true);
    if (!mustConfirm.includes(inputs.protocol)) confirm();
    else askToConfirm(cloud, id, { address: inputs.endpoint, confirm });
  },
  read: ({ cloud, id, entity }) => {
    entity.outputs = { ...entity.outputs, pendingConfirmation: !isConfirmed(cloud, id) };
  },
  delete: ({ cloud, id }) => {
    forgetConfirmation(cloud, id);
    cloud.table(confirmed).delete(id);
    return 'gone';
  },
});

/** The provider also takes a topic resource for its ARN. */
export function topicOf({ topic: given }: { topic: unknown }): string {
  return typeof given === 'string' ? given : String((given as { arn?: unknown }).arn);
}

function isConfirmed(cloud: Cloud, id: string): boolean {
  return cloud.table(confirmed).has(id);
}

/** Who hears what is published to the topic. */
export function receiversOf(cloud: Cloud, topicArn: string): string[] {
  return cloud
    .list(subscription)
    .filter(({ inputs, id }) => topicOf(inputs) === topicArn && isConfirmed(cloud, id))
    .map(({ inputs }) => inputs.endpoint);
}
