import type { GraphNode } from '../graph/graph';
import { applyRule, graphRule, inputRule } from '../rules';
import { budget } from './budgets';
import { compositeAlarm, metricAlarm } from './cloudwatch-alarm';
import { key } from './kms';
import { refusePolicy } from './policy-document';
import { ownerPolicy, subscription, topic, topicOf, topicPolicy } from './sns';
import { refusePublication } from './sns-publish';

const subscribeSource = 'https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html';

/** What an endpoint must look like, by protocol. */
const endpoints: Readonly<Record<string, { pattern: RegExp; words: string }>> = {
  https: { pattern: /^https:\/\/[^\s/]+/, words: 'Endpoint must match the specified protocol' },
  http: { pattern: /^http:\/\/[^\s/]+/, words: 'Endpoint must match the specified protocol' },
  email: { pattern: /^[^\s@]+@[^\s@]+$/, words: 'Email address' },
  'email-json': { pattern: /^[^\s@]+@[^\s@]+$/, words: 'Email address' },
  sqs: { pattern: /^arn:aws[a-z-]*:sqs:/, words: 'SQS endpoint ARN' },
  lambda: { pattern: /^arn:aws[a-z-]*:lambda:/, words: 'Lambda endpoint ARN' },
};

export const snsRules = [
  inputRule({
    id: 'aws.sns.topic-name',
    refuses: 'Names other than 1 to 256 letters, digits, hyphens and underscores.',
    source: 'https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html',
    types: topic,
    check: ({ inputs: { name = 'generated', fifoTopic = false } }) =>
      (fifoTopic ? /^[\w-]{1,251}\.fifo$/ : /^[\w-]{1,256}$/).test(name)
        ? undefined
        : 'InvalidParameter: Invalid parameter: Topic Name (name)',
  }),
  inputRule({
    id: 'aws.sns.policy',
    refuses: 'A policy of a topic that is malformed.',
    source: 'https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html',
    types: [topicPolicy, topic],
    check: ({ inputs: { policy } }) => (policy === undefined ? undefined : refusePolicy('policy', policy, 'resource')),
  }),
  inputRule({
    id: 'aws.sns.endpoint',
    refuses: 'A protocol that does not exist, or an endpoint that is not of the protocol, as http:// for https.',
    source: subscribeSource,
    types: subscription,
    check: ({ inputs: { protocol, endpoint } }) => {
      const wanted = endpoints[protocol];
      if (wanted === undefined) {
        return `InvalidParameter: Invalid parameter: protocol must be one of ${Object.keys(endpoints).join(', ')}`;
      }
      return wanted.pattern.test(endpoint)
        ? undefined
        : `InvalidParameter: Invalid parameter: ${wanted.words} (endpoint)`;
    },
  }),
  applyRule({
    id: 'aws.sns.topic-missing',
    refuses: 'A subscription to a topic that does not exist in its region.',
    source: subscribeSource,
    types: subscription,
    check: ({ inputs, cloud, place }) =>
      cloud.findBy(topic, 'arn', topicOf(inputs))?.place.region === place.region
        ? undefined
        : 'NotFound: Topic does not exist (topic)',
  }),
  applyRule({
    id: 'aws.sns.policy-topic-missing',
    refuses: 'A policy of a topic that does not exist in its region.',
    source: 'https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html',
    types: topicPolicy,
    check: ({ inputs, cloud, place }) =>
      cloud.findBy(topic, 'arn', inputs.arn)?.place.region === place.region
        ? undefined
        : 'NotFound: Topic does not exist (arn)',
  }),
  graphRule({
    id: 'aws.sns.publish',
    refuses:
      'An alarm or a budget that may not publish to its topic, or not use its key: nobody would ever hear of it.',
    source: 'https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services',
    types: [topic, topicPolicy, key],
    check: async (graph) => {
      const publishers = [
        ...[metricAlarm, compositeAlarm]
          .flatMap((type) => graph.ofType(type))
          .map((node) => ({ node, ...fromAlarm(node) })),
        ...graph.ofType(budget).map((node) => ({ node, ...fromBudget(node) })),
      ];
      const findings: { urn: string; message: string }[] = [];
      for (const found of graph.ofType(topic)) {
        const topicArn = String(found.outputs.arn);
        const policy = graph.ofType(topicPolicy).find(({ inputs }) => inputs.arn === topicArn)?.inputs.policy;
        const kmsKey = found.inputs.kmsMasterKeyId;
        const own = graph.ofType(key).find(({ id, outputs }) => kmsKey === id || kmsKey === outputs.arn);
        for (const { node, service, topics } of publishers) {
          if (!topics.includes(topicArn)) continue;
          const refused = await refusePublication({
            service,
            topicArn,
            topicPolicy: textOf(policy) ?? ownerPolicy(topicArn, topicArn.split(':')[4] ?? ''),
            ...(typeof kmsKey === 'string' && { key: { arn: kmsKey, policy: textOf(own?.outputs.policy) } }),
          });
          if (refused !== undefined)
            findings.push({ urn: node.urn, message: `${node.name} would tell nobody: ${refused}` });
        }
      }
      return findings;
    },
  }),
];

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function fromAlarm({ inputs }: GraphNode): { service: string; topics: string[] } {
  const actions = [inputs.alarmActions, inputs.okActions, inputs.insufficientDataActions];
  return { service: 'cloudwatch.amazonaws.com', topics: actions.flat().filter((action) => typeof action === 'string') };
}

function fromBudget({ inputs }: GraphNode): { service: string; topics: string[] } {
  const notifications = Array.isArray(inputs.notifications) ? inputs.notifications : [];
  const topics = notifications.flatMap((notification) => {
    const { subscriberSnsTopicArns: arns } = notification as { subscriberSnsTopicArns?: string[] };
    return arns ?? [];
  });
  return { service: 'budgets.amazonaws.com', topics };
}
