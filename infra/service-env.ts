import * as pulumi from '@pulumi/pulumi';
import { type Config, type SecretVariableName, secretVariables, type VariableName } from '../service/config';
import type { ApiKeys } from './rotation';

export const databaseName = 'taproom';
/** Owns the tables and migrates. Not `admin` or `rdsadmin`, which RDS keeps for itself. */
export const ownerRole = 'taproom_owner';
/** What the service runs as: rows only. They alternate, so that one gets a new password while the other is in use. */
export const serviceRoles = { odd: 'taproom_service', even: 'taproom_service_b' } as const;

/** Where one store answers, as every cloud tells it. `ca`: PEM text, `amazon-rds`, or none for the system roots. */
export type StoreAddress = {
  host: pulumi.Output<string>;
  port: pulumi.Input<number>;
  tls: { mode: Config['POSTGRES_TLS']; ca?: pulumi.Input<string> };
};
export type Login = { user: string; password: pulumi.Output<string> };
/** `locked`: the service's role before, where nobody may log in as it any more. */
export type ServiceLogin = Login & { locked: string | undefined };
/** A database with two logins: who migrates and owns the tables, and who only reads and writes rows. */
export type PostgresStore = StoreAddress & { database: string; owner: Login; service: ServiceLogin };
export type RedisStore = StoreAddress & { password: pulumi.Output<string> };

/** What the platform in front of the service makes necessary. */
export type Platform = {
  logFormat: Config['LOG_FORMAT'];
  /** How many front ends set X-Forwarded-For. */
  trustProxyHops: Config['TRUST_PROXY_HOPS'];
  /** How long the platform goes on sending requests after SIGTERM. */
  drainSeconds: Config['DRAIN_SECONDS'];
};

export type ServiceParts = {
  companyName: string;
  digest: pulumi.Output<string>;
  apiKey: ApiKeys;
  poolSize: number;
  postgres: PostgresStore;
  /** None: the service caches in its own process. */
  redis: RedisStore | undefined;
  platform: Platform;
};

/** Variables as a deployment sets them: plain ones by value, secret ones for a versioned reference. */
export type ServiceEnv = {
  plain: Record<string, pulumi.Output<string>>;
  secrets: Partial<Record<SecretVariableName, pulumi.Output<string>>>;
};

/**
 * One entry for every variable of service/config.ts: a new variable there does not compile here until it is decided.
 * `undefined`: the service's default, on purpose.
 */
export type EveryVariable = {
  [Name in VariableName]:
    | (Name extends SecretVariableName ? pulumi.Output<string> : pulumi.Input<string | number>)
    | undefined;
};

/** The environment in which the service runs. */
export function serviceEnv(parts: ServiceParts): ServiceEnv {
  const { platform, postgres, redis } = parts;
  const variables: EveryVariable = {
    // App Runner and Cloud Run reserve PORT; the service, the image and every target agree on its default.
    PORT: undefined,
    HOST: undefined,
    COMPANY_NAME: parts.companyName,
    SERVICE_VERSION: parts.digest,
    LOG_LEVEL: undefined,
    LOG_FORMAT: platform.logFormat,
    API_KEY: parts.apiKey.current,
    API_KEY_PREVIOUS: parts.apiKey.previous,
    TRUST_PROXY_HOPS: platform.trustProxyHops,
    DRAIN_SECONDS: platform.drainSeconds,
    METRICS_PORT: undefined,
    RATE_LIMIT_PER_MINUTE: undefined,
    ...databaseAddress(postgres),
    POSTGRES_USER: postgres.service.user,
    POSTGRES_PASSWORD: postgres.service.password,
    POSTGRES_POOL_SIZE: parts.poolSize,
    DATABASE_URL: undefined,
    MIGRATE_USER: undefined,
    MIGRATE_PASSWORD: undefined,
    SERVICE_ROLE: undefined,
    SERVICE_ROLE_PASSWORD: undefined,
    SERVICE_ROLE_LOCKED: undefined,
    REDIS_HOST: redis?.host,
    REDIS_PORT: redis?.port,
    REDIS_USERNAME: undefined,
    REDIS_PASSWORD: redis?.password,
    REDIS_TLS: redis?.tls.mode,
    REDIS_TLS_CA: redis?.tls.ca,
    REDIS_URL: undefined,
    CACHE_TTL_SECONDS: undefined,
    DATA_DIR: undefined,
    // The image sets it to `refused`.
    EMBEDDED_STORES: undefined,
  };
  return splitVariables(variables);
}

/** The environment in which the image's `migrate` runs: as the owner, who makes the service's role, and locks the one before. */
export function migrationEnv({
  digest,
  platform,
  postgres,
}: Pick<ServiceParts, 'digest' | 'platform' | 'postgres'>): ServiceEnv {
  return splitVariables({
    SERVICE_VERSION: digest,
    LOG_FORMAT: platform.logFormat,
    ...databaseAddress(postgres),
    MIGRATE_USER: postgres.owner.user,
    MIGRATE_PASSWORD: postgres.owner.password,
    SERVICE_ROLE: postgres.service.user,
    SERVICE_ROLE_PASSWORD: postgres.service.password,
    SERVICE_ROLE_LOCKED: postgres.service.locked,
  });
}

function databaseAddress({ host, port, database, tls }: PostgresStore) {
  return {
    POSTGRES_HOST: host,
    POSTGRES_PORT: port,
    POSTGRES_DB: database,
    POSTGRES_TLS: tls.mode,
    POSTGRES_TLS_CA: tls.ca,
  };
}

function splitVariables(variables: Partial<EveryVariable>): ServiceEnv {
  const env: ServiceEnv = { plain: {}, secrets: {} };
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined) continue;
    const text = pulumi.output(value).apply(String);
    if (isSecretVariable(name)) env.secrets[name] = text;
    else env.plain[name] = text;
  }
  return env;
}

function isSecretVariable(name: string): name is SecretVariableName {
  return secretVariables.some((secret) => secret === name);
}
