import { computedFrom, price } from './price';

const page = (service: string) => `https://cloud.google.com/${service}/pricing`;
const run = page('run');
const sqlRead = computedFrom('google', 'sql_database_instance');
const memorystore = 'https://cloud.google.com/memorystore/docs/redis/pricing';
const redisRead = computedFrom('google', 'redis_instance');
const observability = 'https://cloud.google.com/stackdriver/pricing';

/** us-central1, on demand, without discounts. */
export const googlePrices = {
  'gcp.run.active-vcpu-second': price(0.000024, 'vCPU-second of requests', run, run),
  'gcp.run.active-gib-second': price(
    0.0000025,
    'GiB-second of requests',
    run,
    'https://cloudwebschool.com/tools/cloud-run-cost-calculator/',
  ),
  'gcp.run.idle-vcpu-second': price(0.0000025, 'vCPU-second of a warm instance without requests', run),
  'gcp.run.idle-gib-second': price(0.0000025, 'GiB-second of a warm instance without requests', run),
  'gcp.run.instance-vcpu-second': price(0.000018, 'vCPU-second, instance-based', run, run),
  'gcp.run.instance-gib-second': price(0.000002, 'GiB-second, instance-based', run),
  'gcp.run.requests': price(0.4, 'million requests', run, computedFrom('google', 'cloud_run_v2_service')),
  'gcp.transfer.gb': price(
    0.12,
    'GB to the internet, premium tier',
    'https://cloud.google.com/vpc/network-pricing',
    'https://cloudwebschool.com/tools/cloud-run-cost-calculator/',
  ),
  'gcp.sql.db-f1-micro': price(0.0105, 'hour', page('sql')),
  'gcp.sql.vcpu-hour': price(0.0413, 'vCPU-hour, Enterprise', page('sql'), sqlRead),
  'gcp.sql.gib-hour': price(0.007, 'GiB-hour, Enterprise', page('sql'), sqlRead),
  'gcp.sql.storage': price(0.17, 'GB-month of SSD', page('sql'), sqlRead),
  'gcp.sql.backup': price(0.08, 'GB-month', page('sql'), sqlRead),
  'gcp.redis.basic-gib-hour': price(0.049, 'GiB-hour up to 4 GiB', memorystore, redisRead),
  'gcp.redis.standard-gib-hour': price(0.064, 'GiB-hour up to 4 GiB', memorystore, redisRead),
  'gcp.redis.basic-m2-gib-hour': price(0.027, 'GiB-hour from 5 GiB on', memorystore, redisRead),
  'gcp.redis.standard-m2-gib-hour': price(0.054, 'GiB-hour from 5 GiB on', memorystore, redisRead),
  'gcp.registry.gb': price(
    0.1,
    'GB-month',
    page('artifact-registry'),
    computedFrom('google', 'artifact_registry_repository'),
  ),
  'gcp.secret.version': price(
    0.06,
    'version and month',
    page('secret-manager'),
    computedFrom('google', 'secret_manager_secret_version'),
  ),
  'gcp.logs.gib': price(0.5, 'GiB beyond 50 a month', observability, observability),
  'gcp.logs.kept-gib': price(0.01, 'GiB-month beyond 30 days', observability, observability),
  'gcp.alert.condition': price(0.1, 'condition and month, from 2026 on', observability),
  'gcp.uptime.executions': price(0.3, 'thousand executions beyond a million a month', observability),
  'gcp.kms.key': price(0.06, 'key version and month', page('kms')),
} as const;
