import { applyRule, inputRule } from '../rules';
import { cluster, restoreOfCluster } from './rds-cluster';
import { instance, restoreOfInstance } from './rds-instance';
import { refuseMoment, refuseWithoutBackups } from './rds-restore';

const instanceSource =
  'https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RestoreDBInstanceToPointInTime.html';
const clusterSource =
  'https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RestoreDBClusterToPointInTime.html';

/** What RDS refuses of a restore. Where a database came from is of no more interest once it is there. */
export const restoreRules = [
  inputRule({
    id: 'aws.rds.restore-request',
    refuses: 'A restore of an instance without a name, from no or several sources, or to no or several moments.',
    source: instanceSource,
    types: instance,
    check: ({ inputs: { identifier, restoreToPointInTime: restore } }) => {
      if (restore === undefined) return undefined;
      if (identifier === undefined) return 'restoreToPointInTime: identifier must be set';
      const sources = [
        restore.sourceDbInstanceIdentifier,
        restore.sourceDbiResourceId,
        restore.sourceDbInstanceAutomatedBackupsArn,
      ];
      if (count(sources) !== 1) {
        return 'InvalidParameterCombination: restoreToPointInTime: one of sourceDbInstanceIdentifier, sourceDbiResourceId and sourceDbInstanceAutomatedBackupsArn must be set';
      }
      return refuseMoments('restoreTime', restore.restoreTime, restore.useLatestRestorableTime);
    },
  }),
  inputRule({
    id: 'aws.rds.cluster-restore-request',
    refuses:
      'A restore of a cluster from no or several sources, to no or several moments, or to a moment by copy-on-write.',
    source: clusterSource,
    types: cluster,
    check: ({ inputs: { restoreToPointInTime: restore } }) => {
      if (restore === undefined) return undefined;
      if (count([restore.sourceClusterIdentifier, restore.sourceClusterResourceId]) !== 1) {
        return 'InvalidParameterCombination: restoreToPointInTime: one of sourceClusterIdentifier and sourceClusterResourceId must be set';
      }
      const { restoreType = 'full-copy' } = restore;
      if (!['full-copy', 'copy-on-write'].includes(restoreType)) {
        return `restoreToPointInTime.restoreType must be full-copy or copy-on-write, not ${restoreType}`;
      }
      return refuseMoments('restoreToTime', restore.restoreToTime, restore.useLatestRestorableTime);
    },
  }),
  applyRule({
    id: 'aws.rds.restore-source',
    refuses: 'A restore of an instance from one that does not exist.',
    source: instanceSource,
    types: instance,
    check: ({ cloud, inputs, place, previous }) => {
      const request = restoreOfInstance(cloud, inputs, place);
      if (previous || request === undefined || request.source) return undefined;
      return `DBInstanceNotFound: DBInstance ${request.named} not found. (restoreToPointInTime)`;
    },
  }),
  applyRule({
    id: 'aws.rds.cluster-restore-source',
    refuses: 'A restore of a cluster from one that does not exist, or is of another engine.',
    source: clusterSource,
    types: cluster,
    check: ({ cloud, inputs, place, previous }) => {
      const request = restoreOfCluster(cloud, inputs, place);
      if (previous || request === undefined) return undefined;
      if (!request.source)
        return `DBClusterNotFoundFault: DBCluster ${request.named} not found. (restoreToPointInTime)`;
      return request.source.inputs.engine === inputs.engine
        ? undefined
        : `InvalidParameterCombination: ${request.named} is of the engine ${request.source.inputs.engine}. (engine)`;
    },
  }),
  applyRule({
    id: 'aws.rds.restore-backups',
    refuses: 'A restore from an instance without automated backups.',
    source: 'https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIT.html',
    types: instance,
    check: ({ cloud, inputs, place, previous }) => {
      const request = restoreOfInstance(cloud, inputs, place);
      return previous || request === undefined ? undefined : refuseWithoutBackups(cloud, request);
    },
  }),
  applyRule({
    id: 'aws.rds.restore-moment',
    refuses: 'A restore of an instance to a moment before its backups, or less than five minutes ago.',
    source: 'https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIT.html',
    types: instance,
    check: ({ cloud, inputs, place, previous }) => {
      const request = restoreOfInstance(cloud, inputs, place);
      return previous || request === undefined ? undefined : refuseMoment(cloud, request);
    },
  }),
  applyRule({
    id: 'aws.rds.cluster-restore-moment',
    refuses: 'A restore of a cluster to a moment before its backups, or less than five minutes ago.',
    source: 'https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-pitr.html',
    types: cluster,
    check: ({ cloud, inputs, place, previous }) => {
      const request = restoreOfCluster(cloud, inputs, place);
      return previous || request === undefined ? undefined : refuseMoment(cloud, request);
    },
  }),
  applyRule({
    id: 'aws.rds.restore-encryption',
    refuses:
      'A restored instance of which the program does not say that it is encrypted as its source is: AWS restores it, and the provider would replace it, empty, at the next update.',
    source: 'https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/rds/instance.go',
    types: instance,
    check: ({ cloud, inputs, place, previous }) => {
      const request = restoreOfInstance(cloud, inputs, place);
      if (previous || request?.source === undefined) return undefined;
      const { storageEncrypted = false } = request.source.inputs;
      return (inputs.storageEncrypted ?? false) === storageEncrypted
        ? undefined
        : `storageEncrypted must be ${storageEncrypted}, as it is of ${request.named}`;
    },
  }),
];

function count(values: readonly unknown[]): number {
  return values.filter((value) => value !== undefined).length;
}

function refuseMoments(property: string, at: string | undefined, latest: boolean | undefined): string | undefined {
  return (at !== undefined) === (latest === true)
    ? `InvalidParameterCombination: restoreToPointInTime: one of ${property} and useLatestRestorableTime must be set`
    : undefined;
}
