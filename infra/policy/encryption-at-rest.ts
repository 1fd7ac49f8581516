import { type PolicyRule, valueRule } from './policy-rule';

/** On Google Cloud, and in ECR, S3 and Secrets Manager, there is no storage that is not encrypted. */
export const encryptionAtRest: readonly PolicyRule[] = [
  valueRule({
    id: 'rds-encrypted',
    forbids: 'Rows must not lie on disks that are not encrypted.',
    source: 'https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.html',
    types: ['aws:rds/instance:Instance', 'aws:rds/cluster:Cluster'],
    property: 'storageEncrypted',
    allowed: [true],
  }),
  valueRule({
    id: 'elasticache-encrypted',
    forbids: 'A cache must not write to disks that are not encrypted.',
    source: 'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/at-rest-encryption.html',
    types: ['aws:elasticache/replicationGroup:ReplicationGroup'],
    property: 'atRestEncryptionEnabled',
    allowed: [true],
  }),
];
