import { type Static, type TSchema, Type } from 'typebox';

const port = { minimum: 1, maximum: 65_535 };
const TlsMode = Type.Union([Type.Literal('off'), Type.Literal('verify-ca'), Type.Literal('verify-full')], {
  default: 'off',
  description: '`verify-ca` checks the certificate chain, `verify-full` the host name too',
});
const tlsCa = 'certificate authority as PEM text, or `amazon-rds` for the bundle of Amazon RDS; none: the system roots';
const apiKey = { minLength: 16, maxLength: 512, pattern: '^[\\x21-\\x7e]*$' };

/** Every variable the service reads: its type, limits, default and meaning. The README's table is checked against it. */
export const ConfigSchema = Type.Object({
  PORT: Type.Integer({ minimum: 0, maximum: 65_535, default: 8080, description: 'port to listen on; 0: any free one' }),
  HOST: Type.String({ default: '0.0.0.0', description: 'address to listen on' }),
  COMPANY_NAME: Type.String({
    maxLength: 200,
    default: 'My Company',
    description: "shown on the page, in JSON, in the API's title and description",
  }),
  SERVICE_VERSION: Type.String({
    pattern: '^[\\x21-\\x7e]*$',
    maxLength: 200,
    default: 'dev',
    description: "the header `X-Service-Version`; the image's digest in a deployment",
  }),
  LOG_LEVEL: Type.Union(
    [
      Type.Literal('fatal'),
      Type.Literal('error'),
      Type.Literal('warn'),
      Type.Literal('info'),
      Type.Literal('debug'),
      Type.Literal('trace'),
      Type.Literal('silent'),
    ],
    { default: 'info', description: 'least level that is logged' },
  ),
  LOG_FORMAT: Type.Union([Type.Literal('plain'), Type.Literal('gcp')], {
    default: 'plain',
    description: '`gcp`: severity, message and trace fields as Google Cloud Logging reads them',
  }),
  API_KEY: Type.Optional(
    Type.String({ ...apiKey, description: 'guards every POST: `Authorization: Bearer <key>`; none: writes are open' }),
  ),
  API_KEY_PREVIOUS: Type.Optional(
    Type.String({ ...apiKey, description: 'a second key that is accepted too, while keys are rotated' }),
  ),
  TRUST_PROXY_HOPS: Type.Integer({
    minimum: 0,
    maximum: 16,
    default: 0,
    description: 'how many front ends set `X-Forwarded-For` and `X-Forwarded-Proto`',
  }),
  DRAIN_SECONDS: Type.Integer({
    minimum: 0,
    maximum: 600,
    default: 0,
    description: 'on SIGTERM: seconds to go on accepting while `/ready` says no',
  }),
  METRICS_PORT: Type.Optional(
    Type.Integer({ ...port, description: 'Prometheus text at `/metrics` on this port; none: no metrics' }),
  ),
  RATE_LIMIT_PER_MINUTE: Type.Integer({
    minimum: 0,
    maximum: 1_000_000,
    default: 0,
    description: 'requests a minute for each client address, in each instance; 0: no limit',
  }),
  POSTGRES_HOST: Type.Optional(
    Type.String({ description: 'none: the embedded database (PGlite), for a first run only' }),
  ),
  POSTGRES_PORT: Type.Integer({ ...port, default: 5432, description: 'port of Postgres' }),
  POSTGRES_DB: Type.String({ default: 'mydb', description: 'database name' }),
  POSTGRES_USER: Type.String({ default: 'postgres', description: 'role that the service runs as' }),
  POSTGRES_PASSWORD: Type.Optional(Type.String({ description: 'its password' })),
  POSTGRES_TLS: TlsMode,
  POSTGRES_TLS_CA: Type.Optional(Type.String({ description: tlsCa })),
  DATABASE_URL: Type.Optional(
    Type.String({ description: '`postgres://user:password@host:port/database`, instead of the five above' }),
  ),
  POSTGRES_POOL_SIZE: Type.Integer({
    minimum: 1,
    maximum: 100,
    default: 5,
    description: 'connections for requests; readiness holds one more of its own',
  }),
  MIGRATE_USER: Type.Optional(Type.String({ description: '`migrate` only: who migrates; none: POSTGRES_USER' })),
  MIGRATE_PASSWORD: Type.Optional(Type.String({ description: '`migrate` only: the password of MIGRATE_USER' })),
  SERVICE_ROLE: Type.Optional(
    Type.String({
      pattern: '^[a-z_][a-z0-9_]*$',
      maxLength: 63,
      description: '`migrate` only: the least-privileged role to create for the service',
    }),
  ),
  SERVICE_ROLE_PASSWORD: Type.Optional(
    Type.String({ minLength: 8, description: '`migrate` only: the password to give to SERVICE_ROLE' }),
  ),
  SERVICE_ROLE_LOCKED: Type.Optional(
    Type.String({
      pattern: '^[a-z_][a-z0-9_]*$',
      maxLength: 63,
      description:
        '`migrate` only: the role before SERVICE_ROLE, which can log in no more; refused while it is connected',
    }),
  ),
  REDIS_HOST: Type.Optional(Type.String({ description: 'none: a cache inside the process' })),
  REDIS_PORT: Type.Integer({ ...port, default: 6379, description: 'port of Redis or Valkey' }),
  REDIS_USERNAME: Type.Optional(Type.String({ description: 'user of Redis, where it has users' })),
  REDIS_PASSWORD: Type.Optional(Type.String({ description: 'password or AUTH token of Redis' })),
  REDIS_TLS: TlsMode,
  REDIS_TLS_CA: Type.Optional(Type.String({ description: tlsCa })),
  REDIS_URL: Type.Optional(
    Type.String({ description: '`redis://` or `rediss://` (TLS), instead of REDIS_HOST to REDIS_PASSWORD' }),
  ),
  CACHE_TTL_SECONDS: Type.Integer({
    minimum: 1,
    maximum: 86_400,
    default: 60,
    description: 'how long users stay in Redis',
  }),
  DATA_DIR: Type.String({ default: '.data', description: 'folder of the embedded database' }),
  EMBEDDED_STORES: Type.Union([Type.Literal('allowed'), Type.Literal('refused')], {
    default: 'allowed',
    description: '`refused` (as in the image): stop when no database is set, since a container loses its files',
  }),
});

export type Config = Static<typeof ConfigSchema>;
export type VariableName = keyof Config;

/** The variables whose values must never be shown, logged or kept as plain text. */
export const secretVariables = [
  'API_KEY',
  'API_KEY_PREVIOUS',
  'POSTGRES_PASSWORD',
  'DATABASE_URL',
  'MIGRATE_PASSWORD',
  'SERVICE_ROLE_PASSWORD',
  'REDIS_PASSWORD',
  'REDIS_URL',
] as const satisfies readonly VariableName[];
export type SecretVariableName = (typeof secretVariables)[number];

export type TlsMode = Config['POSTGRES_TLS'];
/** `ca`: PEM text, `amazon-rds`, or none for the system roots. */
export type TlsSettings = { mode: TlsMode; ca: string | undefined };
export type PostgresSettings = {
  host: string;
  port: number;
  database: string;
  user: string;
  password: string | undefined;
  tls: TlsSettings;
};
export type RedisSettings = {
  host: string;
  port: number;
  username: string | undefined;
  password: string | undefined;
  db: number;
  tls: TlsSettings;
};

/** Thrown by loadConfig with every problem found: names and allowed values, never the values given. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`The configuration is not valid:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

/**
 * Reads and checks all variables at once. An empty variable counts as not set.
 * Throws ConfigError with all problems together.
 */
export function loadConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  const given = (name: VariableName) => env[name] !== undefined && env[name] !== '';
  for (const [name, schema] of Object.entries(ConfigSchema.properties) as [VariableName, VariableSchema][]) {
    const parsed = given(name) ? parseVariable(env[name] as string, schema) : { value: schema.default };
    if ('problem' in parsed) problems.push(`${name} ${parsed.problem}`);
    else if (parsed.value !== undefined) values[name] = parsed.value;
  }
  const config = values as Config;
  if (problems.length === 0) problems.push(...findConflicts(config, given));
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

/** Where Postgres is, from DATABASE_URL or POSTGRES_*; undefined: the embedded database. */
export function postgresSettings(config: Config): PostgresSettings | undefined {
  const tls = { mode: config.POSTGRES_TLS, ca: pemText(config.POSTGRES_TLS_CA) };
  if (config.DATABASE_URL !== undefined) {
    const url = new URL(config.DATABASE_URL);
    return {
      host: urlHost(url),
      port: Number(url.port || config.POSTGRES_PORT),
      database: decodeURIComponent(url.pathname.slice(1)) || config.POSTGRES_DB,
      user: decodeURIComponent(url.username) || config.POSTGRES_USER,
      password: decodeURIComponent(url.password) || undefined,
      tls,
    };
  }
  if (config.POSTGRES_HOST === undefined) return undefined;
  return {
    host: config.POSTGRES_HOST,
    port: config.POSTGRES_PORT,
    database: config.POSTGRES_DB,
    user: config.POSTGRES_USER,
    password: config.POSTGRES_PASSWORD,
    tls,
  };
}

/** The same place as postgresSettings, as the one who migrates: MIGRATE_USER where it is given. */
export function migrationSettings(config: Config): PostgresSettings | undefined {
  const settings = postgresSettings(config);
  if (settings === undefined || config.MIGRATE_USER === undefined) return settings;
  return { ...settings, user: config.MIGRATE_USER, password: config.MIGRATE_PASSWORD };
}

/** Where Redis is, from REDIS_URL or REDIS_*; undefined: the cache inside the process. */
export function redisSettings(config: Config): RedisSettings | undefined {
  const ca = pemText(config.REDIS_TLS_CA);
  if (config.REDIS_URL !== undefined) {
    const url = new URL(config.REDIS_URL);
    const mode = url.protocol === 'rediss:' && config.REDIS_TLS === 'off' ? 'verify-full' : config.REDIS_TLS;
    return {
      host: urlHost(url),
      port: Number(url.port || config.REDIS_PORT),
      username: decodeURIComponent(url.username) || undefined,
      password: decodeURIComponent(url.password) || undefined,
      db: Number(url.pathname.slice(1) || 0),
      tls: { mode, ca },
    };
  }
  if (config.REDIS_HOST === undefined) return undefined;
  return {
    host: config.REDIS_HOST,
    port: config.REDIS_PORT,
    username: config.REDIS_USERNAME,
    password: config.REDIS_PASSWORD,
    db: 0,
    tls: { mode: config.REDIS_TLS, ca },
  };
}

type VariableSchema = TSchema & {
  type?: string;
  default?: unknown;
  anyOf?: { const: string }[];
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
};
type Parsed = { value: unknown } | { problem: string };

function parseVariable(text: string, schema: VariableSchema): Parsed {
  if (schema.anyOf !== undefined) {
    const allowed = schema.anyOf.map((option) => option.const);
    return allowed.includes(text) ? { value: text } : { problem: `must be one of ${allowed.join(', ')}` };
  }
  if (schema.type === 'integer') {
    const { minimum = Number.MIN_SAFE_INTEGER, maximum = Number.MAX_SAFE_INTEGER } = schema;
    const value = /^[0-9]{1,15}$/.test(text) ? Number(text) : Number.NaN;
    return value >= minimum && value <= maximum
      ? { value }
      : { problem: `must be a whole number from ${minimum} to ${maximum}` };
  }
  const { minLength = 0, maxLength = Number.MAX_SAFE_INTEGER, pattern } = schema;
  if (text.length < minLength) return { problem: `must have at least ${minLength} characters` };
  if (text.length > maxLength) return { problem: `must have at most ${maxLength} characters` };
  if (text.includes('\0')) return { problem: 'must not contain NUL' };
  if (pattern !== undefined && !new RegExp(pattern, 'u').test(text)) return { problem: `must match ${pattern}` };
  return { value: text };
}

function findConflicts(config: Config, given: (name: VariableName) => boolean): string[] {
  const problems: string[] = [];
  const refuse = (isWrong: boolean, problem: string) => {
    if (isWrong) problems.push(problem);
  };
  const postgresParts: VariableName[] = [
    'POSTGRES_HOST',
    'POSTGRES_PORT',
    'POSTGRES_DB',
    'POSTGRES_USER',
    'POSTGRES_PASSWORD',
  ];
  const redisParts: VariableName[] = ['REDIS_HOST', 'REDIS_PORT', 'REDIS_USERNAME', 'REDIS_PASSWORD'];
  if (config.DATABASE_URL !== undefined) {
    for (const name of postgresParts.filter(given)) problems.push(`${name} must not be set together with DATABASE_URL`);
    problems.push(...findUrlProblems('DATABASE_URL', config.DATABASE_URL, ['postgres:', 'postgresql:']));
  }
  if (config.REDIS_URL !== undefined) {
    for (const name of redisParts.filter(given)) problems.push(`${name} must not be set together with REDIS_URL`);
    problems.push(...findUrlProblems('REDIS_URL', config.REDIS_URL, ['redis:', 'rediss:']));
    refuse(
      config.REDIS_URL.startsWith('rediss:') && given('REDIS_TLS') && config.REDIS_TLS === 'off',
      'REDIS_TLS must be verify-ca or verify-full, or not set, when REDIS_URL begins with rediss:',
    );
  }
  for (const store of ['POSTGRES', 'REDIS'] as const) {
    const ca = config[`${store}_TLS_CA`];
    const isTls = config[`${store}_TLS`] !== 'off' || (store === 'REDIS' && config.REDIS_URL?.startsWith('rediss:'));
    refuse(ca !== undefined && !isTls, `${store}_TLS must be verify-ca or verify-full when ${store}_TLS_CA is set`);
    refuse(
      ca !== undefined && ca !== 'amazon-rds' && !ca.includes('-----BEGIN CERTIFICATE-----'),
      `${store}_TLS_CA must be PEM text (-----BEGIN CERTIFICATE-----) or amazon-rds`,
    );
  }
  refuse(
    config.EMBEDDED_STORES === 'refused' && config.POSTGRES_HOST === undefined && config.DATABASE_URL === undefined,
    'POSTGRES_HOST or DATABASE_URL must be set: EMBEDDED_STORES is refused, because data in a container is lost with it',
  );
  refuse(
    config.API_KEY_PREVIOUS !== undefined && config.API_KEY === undefined,
    'API_KEY must be set when API_KEY_PREVIOUS is',
  );
  refuse(
    config.METRICS_PORT !== undefined && config.METRICS_PORT === config.PORT,
    'METRICS_PORT must not be equal to PORT',
  );
  refuse(
    config.MIGRATE_PASSWORD !== undefined && config.MIGRATE_USER === undefined,
    'MIGRATE_USER must be set when MIGRATE_PASSWORD is',
  );
  refuse(
    (config.SERVICE_ROLE === undefined) !== (config.SERVICE_ROLE_PASSWORD === undefined),
    'SERVICE_ROLE and SERVICE_ROLE_PASSWORD must be set together',
  );
  refuse(
    config.SERVICE_ROLE !== undefined && config.SERVICE_ROLE === config.MIGRATE_USER,
    'SERVICE_ROLE must not be MIGRATE_USER',
  );
  refuse(
    config.SERVICE_ROLE_LOCKED !== undefined &&
      [config.SERVICE_ROLE, config.MIGRATE_USER ?? config.POSTGRES_USER].includes(config.SERVICE_ROLE_LOCKED),
    'SERVICE_ROLE_LOCKED must be neither SERVICE_ROLE nor the one who migrates',
  );
  return problems;
}

function findUrlProblems(name: VariableName, text: string, protocols: string[]): string[] {
  const form = `${name} must be a URL like ${protocols[0]}//user:password@host:port/${name === 'REDIS_URL' ? '0' : 'database'}`;
  let url: URL;
  try {
    url = new URL(text);
    for (const part of [url.username, url.password, url.pathname]) decodeURIComponent(part);
  } catch {
    return [form];
  }
  const problems: string[] = [];
  if (!protocols.includes(url.protocol) || url.hostname === '') problems.push(form);
  const parameters = [...url.searchParams.keys()];
  if (parameters.some((parameter) => /^(ssl|tls)/i.test(parameter))) {
    problems.push(
      name === 'REDIS_URL'
        ? 'REDIS_URL must not carry TLS parameters: set REDIS_TLS and REDIS_TLS_CA'
        : `DATABASE_URL must not carry sslmode or other ssl parameters: set POSTGRES_TLS and POSTGRES_TLS_CA`,
    );
  } else if (parameters.length > 0 || url.hash !== '') {
    problems.push(`${name} must not carry parameters`);
  }
  if (name === 'REDIS_URL' && !/^\/?[0-9]{0,4}$/.test(url.pathname)) {
    problems.push('REDIS_URL must end in a database number, such as /0, or in none');
  }
  return problems;
}

/** `[::1]` in a URL is `::1` for a socket. */
function urlHost(url: URL): string {
  return decodeURIComponent(url.hostname).replace(/^\[(.*)\]$/, '$1');
}

/** Platforms that allow no line breaks in a variable carry PEM text with `\n` written out. */
function pemText(ca: string | undefined): string | undefined {
  return ca?.replaceAll('\\n', '\n');
}
