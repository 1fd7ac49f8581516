import { randomBytes } from 'node:crypto';
import { Client, escapeIdentifier, escapeLiteral } from 'pg';
import { type PostgresServer, startPostgres } from '../../../../service/testing/servers/postgres';
import type { Certificate } from '../certificates/certificate-authority';
import type { StoreSpec } from '../runtime';
import { openGateway } from './gateway';
import { type DatabaseServer, startPglite } from './pglite';
import { postgresGreeting } from './postgres-greeting';
import {
  type AsOperator,
  beginHistory,
  historySettings,
  type PostgresHistory,
  type RestorePoint,
} from './postgres-history';
import type { StoreServer } from './stores';

/** The cloud's own superuser, as rdsadmin and cloudsqladmin are. */
const operator = 'rehearsal_operator';
const defaultAdministrators = 'store_administrators';

export type StoreOptions = {
  certificate: Certificate;
  isStandIn: boolean;
  /** What it begins with, in place of nothing. */
  past: RestorePoint | undefined;
};
type Login = { user: string; password: string };

async function startServer(past: RestorePoint | undefined): Promise<PostgresServer> {
  if (past === undefined) return startPostgres({ settings: historySettings });
  const { history, machineMs } = past;
  await history.finishLog();
  return startPostgres({
    settings: { ...historySettings, ...history.settingsFor(machineMs) },
    restored: { fill: history.copyTo, user: history.user, password: history.password },
  });
}

/**
 * A Postgres server of its own, since roles belong to the whole server, or PGlite as a stand-in. The cloud, not the program, is its
 * superuser.
 */
export async function startPostgresStore(
  spec: StoreSpec,
  { certificate, isStandIn, past }: StoreOptions,
): Promise<StoreServer> {
  const server: DatabaseServer = await (isStandIn ? startPglite() : startServer(past));
  const operatorPassword = past?.history.password ?? randomBytes(12).toString('hex');
  const administrators = spec.administratorsRole ?? defaultAdministrators;
  const logInAs = async <Result>(login: Login, use: (client: Client) => Promise<Result>): Promise<Result> => {
    const { host, port } = server;
    const client = new Client({ host, port, ...login, database: 'postgres' });
    client.on('error', () => {});
    await client.connect();
    try {
      return await use(client);
    } finally {
      await client.end();
    }
  };
  const runAs = (login: Login, ...statements: string[]): Promise<string> =>
    logInAs(login, async (client) => {
      for (const statement of statements) await client.query(statement);
      return String((await client.query('show server_version')).rows[0]?.server_version);
    });
  const operatorLogin = { user: operator, password: operatorPassword };
  const asOperator: AsOperator = (use) => logInAs(operatorLogin, use);
  const runAsOperator = (...statements: string[]) => runAs(operatorLogin, ...statements);
  // Programs may call their own user postgres; the server's own first one makes room for it.
  const makeRoom = async () => {
    await runAs(server, `create role ${operator} superuser login password ${escapeLiteral(operatorPassword)}`);
    return runAsOperator(
      `alter role ${escapeIdentifier(server.user)} rename to rehearsal_bootstrap`,
      `alter role rehearsal_bootstrap password ${escapeLiteral(randomBytes(12).toString('hex'))}`,
      `create role ${escapeIdentifier(administrators)} createrole createdb`,
      `grant pg_monitor, pg_signal_backend to ${escapeIdentifier(administrators)} with admin option`,
    );
  };
  const exists = (catalog: string, column: string, name: string): Promise<boolean> =>
    asOperator(async (client) => {
      const { rowCount } = await client.query(`select 1 from ${catalog} where ${column} = ${escapeLiteral(name)}`);
      return rowCount === 1;
    });
  const addUser = async (user: string, password: string) => {
    const role = escapeIdentifier(user);
    const isThere = await exists('pg_roles', 'rolname', user);
    await runAsOperator(
      isThere
        ? `alter role ${role} login password ${escapeLiteral(password)}`
        : `create role ${role} login createrole createdb password ${escapeLiteral(password)} in role ${escapeIdentifier(administrators)}`,
    );
  };
  // PGlite has one database, whatever name it is called by.
  const addDatabase = (name: string, owner = administrators) =>
    runAsOperator(
      isStandIn
        ? `alter database postgres owner to ${escapeIdentifier(owner)}`
        : `create database ${escapeIdentifier(name)} owner ${escapeIdentifier(owner)}`,
    );

  try {
    const version = await (past === undefined ? makeRoom() : runAsOperator());
    if (spec.user !== undefined && spec.password !== undefined) await addUser(spec.user, spec.password);
    if (past === undefined && spec.database !== undefined && spec.database !== 'postgres') {
      await addDatabase(spec.database, spec.user);
    }
    let history: PostgresHistory | undefined;
    const gateway = await openGateway({
      certificate,
      greet: postgresGreeting(spec.tls, spec.hosts[0] ?? '127.0.0.1'),
      backendPort: server.port,
    });
    return {
      port: gateway.port,
      version,
      addUser,
      setPassword: async (user, password) => {
        await runAsOperator(`alter role ${escapeIdentifier(user)} password ${escapeLiteral(password)}`);
      },
      addDatabase: async (name) => {
        await addDatabase(name);
      },
      hasDatabase: (name) => exists('pg_database', 'datname', name),
      keepHistory: async () => {
        const { data } = server;
        if (data !== undefined) history ??= await beginHistory(data, operatorLogin, asOperator);
      },
      history: () => history,
      pause: () => server.kill('SIGSTOP'),
      resume: () => server.kill('SIGCONT'),
      stop: async () => {
        await gateway.close();
        await server.stop();
      },
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}
