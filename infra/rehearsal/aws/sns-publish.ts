import type { Cloud, Place } from '../cloud/cloud';
import { type Notification, notify } from '../cloud/notifications';
import { accountId } from './declare';
import { refuseService } from './iam-authorize';
import { key } from './kms';
import { policyText } from './policy-document';
import { receiversOf, topic, topicPolicy } from './sns';

export type Publication = {
  /** cloudwatch.amazonaws.com, budgets.amazonaws.com. */
  service: string;
  topicArn: string;
  topicPolicy: string;
  /** Of an encrypted topic; undefined policy: a key of AWS's own, whose policy nobody changes. */
  key?: { arn: string; policy: string | undefined };
};

/**
 * Why a service of AWS may not publish to a topic; undefined when it may. Sources:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html,
 * https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
 */
export async function refusePublication({ service, topicArn, key, ...rest }: Publication): Promise<string | undefined> {
  const context = { 'aws:SourceAccount': accountId };
  const request = { action: 'sns:Publish', resource: topicArn, resourcePolicy: rest.topicPolicy, context };
  const refused = await refuseService(service, request);
  if (refused !== undefined || key === undefined) return refused;
  if (key.policy === undefined) {
    return `KMSAccessDenied: ${service} may not use ${key.arn}, whose policy is AWS's own: the topic's kmsMasterKeyId must be a key of the account`;
  }
  for (const action of ['kms:GenerateDataKey', 'kms:Decrypt']) {
    const denied = await refuseService(service, { action, resource: key.arn, resourcePolicy: key.policy, context });
    if (denied !== undefined) return `KMSAccessDenied: ${denied}`;
  }
  return undefined;
}

/** Publishes as AWS does: what is refused is lost in silence, and so is what no receiver has asked for. */
export async function publish(
  cloud: Cloud,
  { service, topicArn, message }: { service: string; topicArn: string; message: Omit<Notification, 'to' | 'atMs'> },
): Promise<void> {
  const found = cloud.findBy(topic, 'arn', topicArn);
  if (found === undefined) return;
  const own = cloud.findBy(topicPolicy, 'arn', topicArn)?.inputs.policy ?? found.outputs.policy;
  const encryption = keyOf(cloud, found.inputs.kmsMasterKeyId, found.place);
  const refused = await refusePublication({
    service,
    topicArn,
    topicPolicy: policyText(own),
    ...(encryption && { key: encryption }),
  });
  if (refused !== undefined) return;
  for (const to of receiversOf(cloud, topicArn)) notify(cloud, { ...message, to });
}

function keyOf(cloud: Cloud, reference: string | undefined, place: Place): Publication['key'] {
  if (reference === undefined) return undefined;
  const found = cloud
    .list(key)
    .find(({ id, outputs, place: home }) => [id, outputs.arn].includes(reference) && home.region === place.region);
  return { arn: found?.outputs.arn ?? reference, policy: found?.outputs.policy };
}
