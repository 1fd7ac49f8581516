import { type PolicyRule, valueRule } from './policy-rule';
import { listOf, readPath, recordOf } from './read-inputs';

/** Databases that the internet reaches. */
export const publicDatabases: readonly PolicyRule[] = [
  valueRule({
    id: 'rds-not-public',
    forbids: 'A database of RDS must have no public address.',
    source: 'https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html',
    types: ['aws:rds/instance:Instance', 'aws:rds/clusterInstance:ClusterInstance'],
    property: 'publiclyAccessible',
    allowed: [false, undefined],
  }),
  valueRule({
    id: 'cloud-sql-not-public',
    // On unless it is switched off.
    forbids: 'A database of Cloud SQL must have no public address.',
    source: 'https://cloud.google.com/sql/docs/postgres/configure-ip',
    types: ['gcp:sql/databaseInstance:DatabaseInstance'],
    property: 'settings.ipConfiguration.ipv4Enabled',
    allowed: [false],
  }),
  {
    id: 'cloud-sql-no-open-network',
    forbids: 'Nobody may reach a database of Cloud SQL from anywhere.',
    source: 'https://cloud.google.com/sql/docs/postgres/authorize-networks',
    level: 'mandatory',
    types: ['gcp:sql/databaseInstance:DatabaseInstance'],
    check: ({ inputs }) =>
      listOf(readPath(inputs, 'settings.ipConfiguration.authorizedNetworks')).flatMap((network, index) =>
        String(recordOf(network).value).endsWith('/0')
          ? [
              {
                property: `settings.ipConfiguration.authorizedNetworks[${index}].value`,
                must: 'be a range of known addresses',
              },
            ]
          : [],
      ),
  },
];
