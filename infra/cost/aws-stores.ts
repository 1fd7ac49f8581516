import { readPath } from '../policy/read-inputs';
import { backupGb, keptImagesGb } from './kept-data';
import { busyVcpu, type Load, millionRequests } from './load';
import { hoursPerMonth } from './price';
import { findSibling, type Pricers } from './priced-resource';
import { getPriceKey } from './prices';

/** What keeps data on AWS. */
export const awsStores: Pricers = {
  'aws:rds/instance:Instance': ({ inputs, load }) => {
    const copies = inputs.multiAz === true ? 2 : 1;
    const diskGb = Math.max(Number(inputs.allocatedStorage ?? 20), load.storedGb);
    const backup = backupGb(load, Number(inputs.backupRetentionPeriod ?? 0));
    return [
      { what: 'server', price: getPriceKey('aws.rds', inputs.instanceClass), quantity: copies * hoursPerMonth },
      { what: 'disk', price: 'aws.rds.storage', quantity: copies * diskGb },
      // As much as the disk is free.
      { what: 'backups beyond the size of the disk', price: 'aws.rds.backup', quantity: Math.max(0, backup - diskGb) },
    ];
  },
  'aws:rds/cluster:Cluster': ({ inputs, load }) => {
    // The first day is free.
    const days = Math.max(0, Number(inputs.backupRetentionPeriod ?? 1) - 1);
    return [
      { what: 'rows', price: 'aws.aurora.storage', quantity: load.storedGb },
      { what: 'reads and writes of disks', price: 'aws.aurora.io', quantity: millionRequests(load) },
      { what: 'backups beyond a day', price: 'aws.aurora.backup', quantity: backupGb(load, days) },
    ];
  },
  'aws:rds/clusterInstance:ClusterInstance': (request) => {
    const cluster = findSibling(request, 'aws:rds/cluster:Cluster')?.inputs ?? {};
    const min = Number(readPath(cluster, 'serverlessv2ScalingConfiguration.minCapacity') ?? 0.5);
    const max = Number(readPath(cluster, 'serverlessv2ScalingConfiguration.maxCapacity') ?? min);
    return [
      {
        what: 'capacity units',
        price: 'aws.aurora.acu-hour',
        quantity: auroraUnits(request.load, { min, max }) * hoursPerMonth,
      },
    ];
  },
  'aws:elasticache/replicationGroup:ReplicationGroup': ({ inputs }) => [
    {
      what: 'nodes',
      price: getPriceKey('aws.cache', inputs.nodeType),
      quantity: Number(inputs.numCacheClusters ?? 1) * hoursPerMonth,
    },
  ],
  'aws:ecr/repository:Repository': () => [{ what: 'images', price: 'aws.ecr.gb', quantity: keptImagesGb }],
  'aws:secretsmanager/secret:Secret': () => [{ what: 'secret', price: 'aws.secret.month', quantity: 1 }],
  'aws:kms/key:Key': () => [{ what: 'key', price: 'aws.kms.key', quantity: 1 }],
};

/** The busy share of a database: half of each request is its work. One unit is a quarter of a vCPU. */
function auroraUnits(load: Load, { min, max }: { min: number; max: number }): number {
  return Math.max(min, Math.min(max, (busyVcpu(load) * 0.5) / 0.25));
}
