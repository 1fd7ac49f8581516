import { type AwsPermission, own, read, reference, write } from './aws-permission';

const rds = reference('amazonrds');
const elasticache = reference('amazonelasticache');
const rdsTags = ['rds:AddTagsToResource', 'rds:RemoveTagsFromResource'];
/** What a new instance uses without being told. Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/security_iam_id-based-policy-examples.html */
const rdsDefaults = ['og:default*', 'pg:default*', 'cluster-pg:default*'].map(
  (name) => `arn:aws:rds:{region}:{account}:${name}`,
);
const instances = own('rds', 'db:', 'cluster:', 'subgrp:', 'pg:', 'cluster-pg:', 'snapshot:', 'cluster-snapshot:');
const groups = own('elasticache', 'replicationgroup:', 'cluster:', 'subnetgroup:', 'snapshot:');
const cacheTags = ['elasticache:AddTagsToResource', 'elasticache:RemoveTagsFromResource'];

export const awsStorePermissions: Readonly<Record<string, AwsPermission>> = {
  'aws:rds/instance:Instance': {
    source: rds,
    grants: [
      read(own('rds', 'db:'), ['rds:DescribeDBInstances', 'rds:ListTagsForResource']),
      write(
        [...instances, ...rdsDefaults],
        [
          ...['rds:CreateDBInstance', 'rds:ModifyDBInstance', 'rds:RebootDBInstance', 'rds:DeleteDBInstance'],
          ...['rds:CreateDBSnapshot', ...rdsTags],
        ],
      ),
    ],
  },
  'aws:rds/cluster:Cluster': {
    source: rds,
    grants: [
      read(own('rds', 'cluster:'), ['rds:DescribeDBClusters', 'rds:ListTagsForResource']),
      read(['arn:aws:rds::{account}:global-cluster:*'], ['rds:DescribeGlobalClusters']),
      write(
        [...instances, ...rdsDefaults],
        [
          ...['rds:CreateDBCluster', 'rds:ModifyDBCluster', 'rds:DeleteDBCluster', 'rds:CreateDBClusterSnapshot'],
          ...rdsTags,
        ],
      ),
    ],
  },
  'aws:rds/clusterInstance:ClusterInstance': {
    source: rds,
    grants: [
      read(own('rds', 'db:', 'cluster:'), [
        ...['rds:DescribeDBInstances', 'rds:DescribeDBClusters', 'rds:ListTagsForResource'],
      ]),
      write(
        [...instances, ...rdsDefaults],
        [
          ...[
            'rds:CreateDBInstance',
            'rds:ModifyDBInstance',
            'rds:RebootDBInstance',
            'rds:DeleteDBInstance',
            ...rdsTags,
          ],
        ],
      ),
    ],
  },
  'aws:rds/parameterGroup:ParameterGroup': {
    source: rds,
    grants: [
      read(own('rds', 'pg:'), ['rds:DescribeDBParameterGroups', 'rds:DescribeDBParameters', 'rds:ListTagsForResource']),
      write(own('rds', 'pg:'), [
        ...['rds:CreateDBParameterGroup', 'rds:ModifyDBParameterGroup', 'rds:ResetDBParameterGroup'],
        ...['rds:DeleteDBParameterGroup', ...rdsTags],
      ]),
    ],
  },
  'aws:rds/clusterParameterGroup:ClusterParameterGroup': {
    source: rds,
    grants: [
      read(own('rds', 'cluster-pg:'), [
        ...['rds:DescribeDBClusterParameterGroups', 'rds:DescribeDBClusterParameters', 'rds:ListTagsForResource'],
      ]),
      write(own('rds', 'cluster-pg:'), [
        ...['rds:CreateDBClusterParameterGroup', 'rds:ModifyDBClusterParameterGroup'],
        ...['rds:ResetDBClusterParameterGroup', 'rds:DeleteDBClusterParameterGroup', ...rdsTags],
      ]),
    ],
  },
  'aws:rds/subnetGroup:SubnetGroup': {
    source: rds,
    grants: [
      read(own('rds', 'subgrp:'), ['rds:DescribeDBSubnetGroups', 'rds:ListTagsForResource']),
      write(own('rds', 'subgrp:'), [
        ...['rds:CreateDBSubnetGroup', 'rds:ModifyDBSubnetGroup', 'rds:DeleteDBSubnetGroup', ...rdsTags],
      ]),
    ],
  },
  'aws:elasticache/replicationGroup:ReplicationGroup': {
    source: elasticache,
    grants: [
      read(groups, [
        ...['elasticache:DescribeReplicationGroups', 'elasticache:DescribeCacheClusters'],
        'elasticache:ListTagsForResource',
      ]),
      write(
        [...groups, 'arn:aws:elasticache:{region}:{account}:parametergroup:default*'],
        [
          ...['elasticache:CreateReplicationGroup', 'elasticache:ModifyReplicationGroup'],
          ...['elasticache:DeleteReplicationGroup', 'elasticache:CreateSnapshot'],
          ...['elasticache:IncreaseReplicaCount', 'elasticache:DecreaseReplicaCount', ...cacheTags],
        ],
      ),
    ],
  },
  'aws:elasticache/subnetGroup:SubnetGroup': {
    source: elasticache,
    grants: [
      read(own('elasticache', 'subnetgroup:'), [
        ...['elasticache:DescribeCacheSubnetGroups', 'elasticache:ListTagsForResource'],
      ]),
      write(own('elasticache', 'subnetgroup:'), [
        ...['elasticache:CreateCacheSubnetGroup', 'elasticache:ModifyCacheSubnetGroup'],
        ...['elasticache:DeleteCacheSubnetGroup', ...cacheTags],
      ]),
    ],
  },
};
