import { inputRule } from '../rules';
import { scalingConfiguration, vpcConnector } from './app-runner-connections';
import { serviceHandle } from './app-runner-deployment';
import { repository } from './ecr';
import { accessEntry, addon, cluster as eksCluster, nodeGroup, podIdentityAssociation } from './eks-handles';
import { cacheSubnetGroup, replicationGroup } from './elasticache';
import { policy, role } from './iam';
import { lambdaFunction } from './lambda';
import { logGroup } from './logs';
import { cluster } from './rds-cluster';
import { clusterInstance } from './rds-cluster-instance';
import { clusterParameterGroup, parameterGroup, subnetGroup } from './rds-groups';
import { instance } from './rds-instance';
import { eip, internetGateway, natGateway, routeTable } from './routes';
import { secret } from './secrets';
import { securityGroup } from './security-groups';
import { subnet, vpc } from './vpc';

const source = 'https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html';
/** IAM, RDS and CloudWatch Logs say so; others take more. */
const strictPattern = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

function findProblems(tags: Readonly<Record<string, string>>): string[] {
  const names = Object.keys(tags);
  return [
    ...(names.length > 50 ? [`InvalidTag: more than 50 tags (it has ${names.length})`] : []),
    ...names.flatMap((name) => [
      ...(name.length < 1 || name.length > 128
        ? [`InvalidTag: the key "${name}" must have 1 to 128 characters (it has ${name.length})`]
        : []),
      ...(name.toLowerCase().startsWith('aws:') ? [`InvalidTag: the key "${name}" must not begin with aws:`] : []),
      ...((tags[name] ?? '').length > 256
        ? [`InvalidTag: the value of "${name}" must have at most 256 characters`]
        : []),
    ]),
  ];
}

export const tagRules = [
  inputRule({
    id: 'aws.tags.limits',
    refuses: 'More than 50 tags, keys of more than 128 characters or beginning with aws:, values of more than 256.',
    source,
    types: [
      accessEntry,
      addon,
      eksCluster,
      nodeGroup,
      podIdentityAssociation,
      cacheSubnetGroup,
      cluster,
      clusterInstance,
      clusterParameterGroup,
      eip,
      instance,
      internetGateway,
      lambdaFunction,
      logGroup,
      natGateway,
      parameterGroup,
      policy,
      replicationGroup,
      repository,
      role,
      routeTable,
      scalingConfiguration,
      secret,
      securityGroup,
      serviceHandle,
      subnet,
      subnetGroup,
      vpc,
      vpcConnector,
    ],
    check: ({ inputs: { tags = {} } }) => findProblems(tags),
  }),
  inputRule({
    id: 'aws.tags.characters',
    refuses: 'Tags of IAM, RDS and CloudWatch Logs with other characters than letters, digits, spaces and _.:/=+-@.',
    source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html#id_tags_rules_creating',
    types: [
      role,
      policy,
      logGroup,
      instance,
      cluster,
      clusterInstance,
      subnetGroup,
      parameterGroup,
      clusterParameterGroup,
    ],
    check: ({ inputs: { tags = {} } }) =>
      Object.entries(tags)
        .filter(([name, value]) => !strictPattern.test(name) || !strictPattern.test(value))
        .map(
          ([name]) =>
            `InvalidParameterValue: the tag "${name}" failed to satisfy constraint: Member must satisfy regular expression pattern: [\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]* (tags)`,
        ),
  }),
  inputRule({
    id: 'aws.tags.iam-case',
    refuses: 'Tags of IAM whose keys differ in their case only.',
    source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html#id_tags_rules_creating',
    types: [role, policy],
    check: ({ inputs: { tags = {} } }) => {
      const names = Object.keys(tags).map((name) => name.toLowerCase());
      return new Set(names).size === names.length
        ? undefined
        : 'InvalidInput: Duplicate tag keys found. Please note that Tag keys are case insensitive. (tags)';
    },
  }),
];
