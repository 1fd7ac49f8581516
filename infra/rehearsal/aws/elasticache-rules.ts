import { applyRule, graphRule, inputRule } from '../rules';
import { cacheParameterGroup, cacheSubnetGroup, replicationGroup } from './elasticache';
import { findGroup } from './security-groups';
import { defaultVpc, findSubnet } from './vpc';

const source = 'https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html';
const auth = 'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth.html';
const nodePattern = /^cache\.(t[1234]g?\.(micro|small|medium)|(m|r|c)\d[a-z]*\.(small|medium|large|\d*xlarge))$/;

function tokenOf(inputs: { authToken?: string; authTokenWo?: string }): string | undefined {
  return inputs.authToken ?? inputs.authTokenWo;
}

export const cacheRules = [
  inputRule({
    id: 'aws.elasticache.name',
    refuses:
      'A name of a replication group other than 1 to 40 letters, digits and single hyphens, beginning with a letter.',
    source,
    types: replicationGroup,
    check: ({ inputs: { replicationGroupId: name = 'generated' } }) =>
      /^[A-Za-z](?:-?[A-Za-z0-9])*$/.test(name) && name.length <= 40
        ? undefined
        : `InvalidParameterValue: The parameter ReplicationGroupIdentifier is not a valid identifier. Identifiers must begin with a letter; must contain only ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens; 1 to 40 characters (replicationGroupId has ${name.length})`,
  }),
  inputRule({
    id: 'aws.elasticache.node-type',
    refuses: 'A type of nodes that does not exist.',
    source: 'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheNodes.SupportedTypes.html',
    types: replicationGroup,
    check: ({ inputs: { nodeType } }) =>
      nodeType === undefined || nodePattern.test(nodeType)
        ? undefined
        : `InvalidParameterValue: The parameter CacheNodeType is not valid: ${nodeType} (nodeType; such as cache.t4g.micro)`,
  }),
  inputRule({
    id: 'aws.elasticache.engine',
    refuses: 'An engine other than redis and valkey, or a version of it that ElastiCache never had.',
    source: 'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/supported-engine-versions.html',
    types: replicationGroup,
    check: ({ inputs: { engine = 'redis', engineVersion: version } }) => {
      if (engine !== 'redis' && engine !== 'valkey')
        return `expected engine to be one of ["redis" "valkey"], got ${engine}`;
      if (version === undefined) return undefined;
      const exists =
        engine === 'valkey'
          ? /^(7\.2|[89]\.\d)(\.\d+)?$/.test(version)
          : /^(6\.(x|0|2)|7\.[01]|[2-5]\.\d{1,2}(\.\d+)?)$/.test(version);
      return exists
        ? undefined
        : `InvalidParameterValue: Specific version selection is not allowed or does not exist: ${engine} ${version} (engineVersion)`;
    },
  }),
  inputRule({
    id: 'aws.elasticache.auth-token',
    refuses:
      'An AUTH token of other than 16 to 128 printable characters, with a space, @, ", / or another sign than !&#$^<>-.',
    source: auth,
    types: replicationGroup,
    check: ({ inputs }) => {
      const token = tokenOf(inputs);
      if (token === undefined) return undefined;
      return /^[A-Za-z0-9!&#$^<>-]{16,128}$/.test(token)
        ? undefined
        : 'InvalidParameterValue: The AuthToken must be 16 to 128 printable ASCII characters, of the signs only !, &, #, $, ^, <, >, and - (authToken)';
    },
  }),
  inputRule({
    id: 'aws.elasticache.auth-needs-tls',
    refuses: 'An AUTH token without TLS.',
    source: auth,
    types: replicationGroup,
    check: ({ inputs }) =>
      tokenOf(inputs) !== undefined && inputs.transitEncryptionEnabled !== true
        ? 'InvalidParameterCombination: The AUTH token is only supported when encryption-in-transit is enabled (transitEncryptionEnabled)'
        : undefined,
  }),
  inputRule({
    id: 'aws.elasticache.valkey-tls',
    refuses: 'A Valkey that does not say whether it uses TLS.',
    source: 'https://github.com/aws-cloudformation/cfn-lint/pull/4353',
    types: replicationGroup,
    check: ({ inputs }) =>
      inputs.engine === 'valkey' && inputs.transitEncryptionEnabled === undefined
        ? 'InvalidParameterValue: TransitEncryptionEnabled must be set explicitly for the engine valkey (transitEncryptionEnabled)'
        : undefined,
  }),
  inputRule({
    id: 'aws.elasticache.failover',
    refuses: 'Automatic failover of a single node, and two zones without automatic failover.',
    source: 'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/AutoFailover.html',
    types: replicationGroup,
    check: ({ inputs }) => {
      const { automaticFailoverEnabled, multiAzEnabled, numCacheClusters, replicasPerNodeGroup = 0 } = inputs;
      const count = numCacheClusters ?? 1 + replicasPerNodeGroup;
      if (multiAzEnabled && !automaticFailoverEnabled)
        return 'automaticFailoverEnabled must be true if multiAzEnabled is true';
      return automaticFailoverEnabled && count < 2
        ? '"numCacheClusters": must be at least 2 if automaticFailoverEnabled is true'
        : undefined;
    },
  }),
  applyRule({
    id: 'aws.elasticache.network',
    refuses: 'A cache in a subnet group or security groups that do not exist, or are of two VPCs.',
    source: 'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/VPCs.html',
    types: replicationGroup,
    check: ({ inputs: { subnetGroupName: name, securityGroupIds = [] }, cloud, place }) => {
      const group = cloud
        .list(cacheSubnetGroup)
        .find((found) => found.id === name && found.place.region === place.region);
      if (name !== undefined && name !== 'default' && !group) {
        return `CacheSubnetGroupNotFoundFault: Cache Subnet Group ${name} does not exist. (subnetGroupName)`;
      }
      const vpcId = group?.outputs.vpcId ?? defaultVpc(place.region ?? '').id;
      const stranger = securityGroupIds.find((id) => findGroup(cloud, id, place.region)?.vpcId !== vpcId);
      return stranger === undefined
        ? undefined
        : `InvalidParameterValue: Some security group(s) not found in this VPC (${vpcId}): ${stranger} (securityGroupIds)`;
    },
  }),
  applyRule({
    id: 'aws.elasticache.parameter-group',
    refuses: 'A parameter group that does not exist.',
    source,
    types: replicationGroup,
    check: ({ inputs: { parameterGroupName: name }, cloud }) =>
      name === undefined || name.startsWith('default.') || cloud.list(cacheParameterGroup).some(({ id }) => id === name)
        ? undefined
        : `CacheParameterGroupNotFound: CacheParameterGroup not found: ${name} (parameterGroupName)`,
  }),
  inputRule({
    id: 'aws.elasticache.subnet-group-name',
    refuses: 'A name of a cache subnet group other than 1 to 255 letters, digits, spaces and hyphens.',
    source: 'https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateCacheSubnetGroup.html',
    types: cacheSubnetGroup,
    check: ({ inputs: { name = 'generated' } }) =>
      /^[A-Za-z0-9 -]{1,255}$/.test(name)
        ? undefined
        : 'InvalidParameterValue: The parameter CacheSubnetGroupName must be 1 to 255 alphanumeric characters or hyphens (name)',
  }),
  applyRule({
    id: 'aws.elasticache.subnet-group-subnets',
    refuses: 'A cache subnet group of subnets that do not exist or are of several VPCs.',
    source: 'https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateCacheSubnetGroup.html',
    types: cacheSubnetGroup,
    check: ({ inputs, cloud, place }) => {
      const subnets = inputs.subnetIds.map((id) => findSubnet(cloud, id, place.region));
      const missing = inputs.subnetIds.find((_, index) => subnets[index] === undefined);
      if (missing !== undefined || subnets.length === 0)
        return `InvalidSubnet: The subnet ${missing ?? ''} does not exist (subnetIds)`;
      return new Set(subnets.map((found) => found?.vpcId)).size === 1
        ? undefined
        : 'InvalidSubnet: The subnets of a cache subnet group must be in one VPC (subnetIds)';
    },
  }),
  graphRule({
    id: 'aws.elasticache.unencrypted',
    refuses: 'A cache without TLS, or without encryption at rest: ElastiCache allows it, nobody wants it.',
    source: 'https://docs.aws.amazon.com/securityhub/latest/userguide/elasticache-controls.html',
    types: [replicationGroup],
    check: (graph) =>
      graph
        .ofType(replicationGroup)
        .flatMap(({ urn, name, inputs }) => [
          ...(inputs.transitEncryptionEnabled === true
            ? []
            : [{ urn, message: `${name}: transitEncryptionEnabled must be true` }]),
          ...(inputs.atRestEncryptionEnabled === true ||
          (inputs.engine === 'valkey' && inputs.atRestEncryptionEnabled === undefined)
            ? []
            : [{ urn, message: `${name}: atRestEncryptionEnabled must be true` }]),
        ]),
  }),
];

export const elasticacheSimulation = {
  resources: [cacheSubnetGroup, cacheParameterGroup, replicationGroup],
  functions: [],
  rules: cacheRules,
};
