export const postgresPort = 5432;
export const postgresVersion = '17';
/** Aurora takes no bare major version; its instances upgrade themselves from here. */
export const auroraVersion = '17.5';
/** superuser_reserved_connections, rdsadmin's own, and one person. */
const reserved = 8;

/**
 * Connections are those of the class's memory, rounded down.
 * Sources: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html#RDS_Limits.MaxConnections and
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.setting-capacity.html
 */
export const databaseSizes = {
  rds: {
    small: { instanceClass: 'db.t4g.micro', connections: 80, reserved },
    medium: { instanceClass: 'db.t4g.medium', connections: 400, reserved },
    large: { instanceClass: 'db.m7g.large', connections: 800, reserved },
  },
  aurora: {
    small: { maxCapacity: 1, connections: 180, reserved },
    medium: { maxCapacity: 4, connections: 800, reserved },
    large: { maxCapacity: 16, connections: 3_300, reserved },
  },
} as const;
