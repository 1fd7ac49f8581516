import type { Parts } from './groups';

export const gcpParts: Parts = {
  service: {
    'gcp:cloudrunv2/service:Service': 'Cloud Run service',
  },
  registry: {
    'gcp:artifactregistry/repository:Repository': 'Artifact Registry',
  },
  migration: {
    'gcp:cloudrunv2/job:Job': 'Cloud Run job, per release',
  },
  stores: {
    'gcp:sql/databaseInstance:DatabaseInstance': 'Postgres (Cloud SQL)',
    'gcp:sql/database:Database': 'Database',
    'gcp:sql/user:User': 'Owner of the tables',
    'gcp:redis/instance:Instance': 'Redis (Memorystore)',
  },
  secrets: {
    'gcp:secretmanager/secret:Secret': 'Secret of one reader',
    'gcp:secretmanager/secretVersion:SecretVersion': 'Secret version',
  },
  network: {
    'gcp:compute/network:Network': 'VPC network',
    'gcp:compute/subnetwork:Subnetwork': 'Subnet for direct egress',
    'gcp:compute/globalAddress:GlobalAddress': 'Address range of stores',
    'gcp:servicenetworking/connection:Connection': 'Peering with the stores',
  },
  permissions: {
    'gcp:serviceaccount/account:Account': 'Service account',
    'gcp:secretmanager/secretIamMember:SecretIamMember': 'May read one secret',
    'gcp:projects/service:Service': 'Enabled API',
  },
  logs: {
    'gcp:logging/projectBucketConfig:ProjectBucketConfig': 'Log bucket, with an end',
    'gcp:logging/projectSink:ProjectSink': 'Sink into it',
  },
  alarms: {
    'gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig': 'Check from outside',
    'gcp:monitoring/alertPolicy:AlertPolicy': 'Alarm',
    'gcp:monitoring/genericService:GenericService': 'Service in Monitoring',
    'gcp:monitoring/slo:Slo': 'Objective (SLO)',
    'gcp:monitoring/dashboard:Dashboard': 'Dashboard',
    'gcp:monitoring/notificationChannel:NotificationChannel': 'Who is told',
    'gcp:billing/budget:Budget': 'Budget',
  },
};
