import { computedFrom, price } from './price';

const page = (service: string) => `https://aws.amazon.com/${service}/pricing/`;
const rds = page('rds/postgresql');
const rdsRead = 'https://infratally.com/articles/aws-rds-pricing-explained-2026.html';
const fargateRead = 'https://www.vantage.sh/blog/fargate-pricing';
const auroraRead = 'https://awsnegotiations.com/blog/aurora-serverless-v2-pricing.html';
const eksRead = 'https://www.factualminds.com/blog/amazon-eks-pricing-control-plane-addons-auto-mode/';
const appRunnerRead = 'https://aws.amazon.com/jp/apprunner/pricing/';
const ec2 = page('ec2');

/** us-east-1, on demand, without free tiers and discounts. */
export const awsPrices = {
  'aws.app-runner.vcpu-hour': price(0.064, 'vCPU-hour', page('apprunner'), appRunnerRead),
  'aws.app-runner.gb-hour': price(0.007, 'GB-hour', page('apprunner'), appRunnerRead),
  'aws.fargate.vcpu-hour': price(0.04048, 'vCPU-hour', page('fargate'), fargateRead),
  'aws.fargate.gb-hour': price(0.004445, 'GB-hour', page('fargate'), fargateRead),
  'aws.fargate-spot.vcpu-hour': price(
    0.012144,
    'vCPU-hour, 70 % less; it moves',
    page('fargate'),
    'https://www.wring.co/blog/aws-fargate-pricing-guide',
  ),
  'aws.fargate-spot.gb-hour': price(
    0.0013335,
    'GB-hour, 70 % less; it moves',
    page('fargate'),
    'https://www.wring.co/blog/aws-fargate-pricing-guide',
  ),
  'aws.ecs.container-insights': price(0.3, 'metric and month', page('cloudwatch')),
  'aws.load-balancer.hour': price(0.0225, 'hour', page('elasticloadbalancing'), computedFrom('aws', 'lb')),
  'aws.load-balancer.lcu-hour': price(0.008, 'LCU-hour', page('elasticloadbalancing'), computedFrom('aws', 'lb')),
  'aws.ipv4.hour': price(0.005, 'address and hour', page('vpc')),
  'aws.nat.hour': price(0.045, 'hour', page('vpc'), computedFrom('aws', 'nat_gateway')),
  'aws.nat.gb': price(0.045, 'GB', page('vpc'), computedFrom('aws', 'nat_gateway')),
  'aws.endpoint.hour': price(0.01, 'zone and hour', page('privatelink'), computedFrom('aws', 'vpc_endpoint')),
  'aws.endpoint.gb': price(0.01, 'GB', page('privatelink'), computedFrom('aws', 'vpc_endpoint')),
  'aws.transfer.gb': price(
    0.09,
    'GB to the internet',
    'https://aws.amazon.com/ec2/pricing/on-demand/#Data_Transfer',
    'https://kindatechnical.com/aws-eks/lesson-31-understanding-eks-pricing.html',
  ),
  'aws.rds.db.t4g.micro': price(0.016, 'hour', rds, rdsRead),
  'aws.rds.db.t4g.medium': price(0.065, 'hour', rds, rdsRead),
  'aws.rds.db.m7g.large': price(0.168, 'hour', rds),
  'aws.rds.storage': price(0.115, 'GB-month of gp3', rds, rdsRead),
  'aws.rds.backup': price(0.095, 'GB-month', rds, computedFrom('aws', 'db_instance')),
  'aws.aurora.acu-hour': price(0.12, 'ACU-hour', page('rds/aurora'), auroraRead),
  'aws.aurora.storage': price(0.1, 'GB-month', page('rds/aurora'), auroraRead),
  'aws.aurora.io': price(0.2, 'million requests', page('rds/aurora')),
  'aws.aurora.backup': price(0.021, 'GB-month', page('rds/aurora'), computedFrom('aws', 'db_instance')),
  'aws.cache.cache.t4g.micro': price(0.0128, 'hour of Valkey', page('elasticache')),
  'aws.cache.cache.t4g.medium': price(0.052, 'hour of Valkey', page('elasticache')),
  'aws.cache.cache.m7g.large': price(0.1264, 'hour of Valkey', page('elasticache')),
  'aws.secret.month': price(
    0.4,
    'secret and month',
    page('secrets-manager'),
    computedFrom('aws', 'secretsmanager_secret'),
  ),
  'aws.logs.gb': price(0.5, 'GB written', page('cloudwatch'), computedFrom('aws', 'cloudwatch_log_group')),
  'aws.logs.kept-gb': price(0.03, 'GB-month kept', page('cloudwatch'), computedFrom('aws', 'cloudwatch_log_group')),
  'aws.alarm.metric': price(
    0.1,
    'metric and month',
    page('cloudwatch'),
    computedFrom('aws', 'cloudwatch_metric_alarm'),
  ),
  'aws.alarm.composite': price(0.5, 'alarm and month', page('cloudwatch')),
  'aws.metric.month': price(0.3, 'metric and month', page('cloudwatch')),
  'aws.dashboard.month': price(3, 'dashboard and month', page('cloudwatch')),
  'aws.health-check.month': price(
    0.75,
    'check and month',
    page('route53'),
    computedFrom('aws', 'route53_health_check'),
  ),
  'aws.health-check.feature': price(
    2,
    'HTTPS, text, latency or 10 s, and month',
    page('route53'),
    computedFrom('aws', 'route53_health_check'),
  ),
  'aws.waf.acl': price(5, 'list and month', page('waf'), computedFrom('aws', 'wafv2_web_acl')),
  'aws.waf.rule': price(1, 'rule and month', page('waf'), computedFrom('aws', 'wafv2_web_acl')),
  'aws.waf.requests': price(0.6, 'million requests', page('waf'), computedFrom('aws', 'wafv2_web_acl')),
  'aws.ecr.gb': price(0.1, 'GB-month', page('ecr')),
  'aws.kms.key': price(1, 'key and month', page('kms')),
  'aws.eks.cluster-hour': price(0.1, 'cluster and hour', page('eks'), eksRead),
  'aws.ec2.c6a.large': price(0.0765, 'hour', ec2),
  'aws.eks.auto.c6a.large': price(0.00918, 'hour: 12 % of the node', page('eks'), eksRead),
  'aws.ec2.t3.small': price(0.0208, 'hour', ec2),
  'aws.ec2.t3.medium': price(0.0416, 'hour', ec2),
  'aws.ec2.t3.large': price(0.0832, 'hour', ec2),
  'aws.ec2.t3.xlarge': price(0.1664, 'hour', ec2),
  'aws.ec2.t3.2xlarge': price(0.3328, 'hour', ec2),
  'aws.ec2.m5.4xlarge': price(0.768, 'hour', ec2),
  'aws.ec2.m5.8xlarge': price(1.536, 'hour', ec2),
  'aws.ec2.m5.16xlarge': price(3.072, 'hour', ec2),
  'aws.disk.gb': price(0.08, 'GB-month of gp3', page('ebs')),
} as const;
