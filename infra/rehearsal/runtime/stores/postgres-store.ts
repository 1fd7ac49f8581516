import { randomBytes } from 'node:crypto';
import { Client, escapeIdentifier, escapeLiteral } from 'pg';
import { startPostgres } from '../../../../service/testing/servers/postgres';
import type { Certificate } from '../certificates/certificate-authority';
import type { StoreSpec } from '../runtime';
import { openGateway } from './gateway';
import { startPglite } from './pglite';
import { postgresGreeting } from './postgres-greeting';
import type { StoreServer } from './stores';

/** The cloud's own superuser, as rdsadmin and cloudsqladmin are. */
const operator = 'rehearsal_operator';
const defaultAdministrators = 'store_administrators';

/**
 * A Postgres server of its own, since roles belong to the whole server, or PGlite as a stand-in. The cloud, not the program, is its
 * superuser.
 */
export async function startPostgresStore(
  spec: StoreSpec,
  certificate: Certificate,
  isStandIn: boolean,
): Promise<StoreServer> {
  const server = await (isStandIn ? startPglite() : startPostgres());
  const operatorPassword = randomBytes(12).toString('hex');
  const administrators = spec.administratorsRole ?? defaultAdministrators;
  const runAs = async (login: { user: string; password: string }, ...statements: string[]): Promise<string> => {
    const { host, port } = server;
    const client = new Client({ host, port, ...login, database: 'postgres' });
    client.on('error', () => {});
    await client.connect();
    try {
      for (const statement of statements) await client.query(statement);
      return String((await client.query('show server_version')).rows[0]?.server_version);
    } finally {
      await client.end();
    }
  };
  const runAsOperator = (...statements: string[]) =>
    runAs({ user: operator, password: operatorPassword }, ...statements);
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
  const addUser = async (user: string, password: string) => {
    const role = escapeIdentifier(user);
    await runAsOperator(
      `create role ${role} login createrole createdb password ${escapeLiteral(password)} in role ${escapeIdentifier(administrators)}`,
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
    const version = await makeRoom();
    if (spec.user !== undefined && spec.password !== undefined) await addUser(spec.user, spec.password);
    if (spec.database !== undefined && spec.database !== 'postgres') await addDatabase(spec.database, spec.user);
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
