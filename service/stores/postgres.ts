import { Client, DatabaseError, Pool, type PoolClient } from 'pg';
import type { PostgresSettings } from '../config';
import {
  type Database,
  DatabaseUnavailableError,
  nameServerError,
  type Query,
  type Row,
  type Statement,
  sqlState,
} from './database';
import { loadTlsOptions } from './tls';

/** Milliseconds. A client waits at most for a connection and then for a statement. */
const timeouts = { connect: 3_000, lock: 2_500, statement: 5_000, idleInTransaction: 10_000, idle: 30_000 };

export type PostgresOptions = {
  poolSize: number;
  /** 0: none. Migrations may take as long as they need. */
  statementTimeoutMs?: number;
  /** Told of errors on idle connections; those are replaced on the next use. */
  onIdleError?: (error: Error) => void;
};

/** A pool for requests, and one connection of its own for readiness. Opens nothing before the first query. */
export async function openPostgres(settings: PostgresSettings, options: PostgresOptions): Promise<Database> {
  const statementTimeoutMs = options.statementTimeoutMs ?? timeouts.statement;
  const ssl = await loadTlsOptions(settings.tls, settings.host);
  const onIdleError = options.onIdleError ?? (() => {});
  const connection = {
    host: settings.host,
    port: settings.port,
    database: settings.database,
    user: settings.user,
    ...(settings.password === undefined ? {} : { password: settings.password }),
    ...(ssl === undefined ? {} : { ssl }),
    application_name: 'taproom',
    keepAlive: true,
    connectionTimeoutMillis: timeouts.connect,
  };
  const bounded = {
    statement_timeout: statementTimeoutMs,
    // The server cannot time out while it hangs; the client can.
    query_timeout: statementTimeoutMs + 1_000,
    lock_timeout: timeouts.lock,
    idle_in_transaction_session_timeout: timeouts.idleInTransaction,
  };
  const pool = new Pool({
    ...connection,
    ...(statementTimeoutMs === 0 ? {} : bounded),
    max: options.poolSize,
    idleTimeoutMillis: timeouts.idle,
  });
  pool.on('error', onIdleError);
  // While a client is lent out the pool does not listen, and an error that nobody hears would end the process. The
  // statement that was running, or the next one, reports the loss.
  pool.on('connect', (client) => client.on('error', () => {}));
  // The server gives up too what the probe has given up, so that a lock cannot make it pile up sessions.
  const probes = createProbe({ ...connection, statement_timeout: timeouts.statement }, onIdleError);

  const withClient = async <T>(run: (client: PoolClient) => Promise<T>): Promise<T> => {
    const client = await pool.connect().catch((error: unknown) => {
      throw connectionError(error, 'cannot connect to the database');
    });
    let failure: unknown;
    try {
      return await run(client);
    } catch (error) {
      failure = error;
      throw error;
    } finally {
      // pg keeps a connection whose query timed out on the client's side: it would answer the next query with the last.
      client.release(isReusableAfter(failure) ? undefined : true);
    }
  };

  return {
    kind: 'postgres',
    isShared: true,
    query: async (statement, values = []) => {
      for (let stale = 0; ; stale += 1) {
        try {
          return await withClient((client) => runStatement(client, statement, values));
        } catch (error) {
          // Nothing was run. Each connection of the pool may hold such a plan, and goes when it shows.
          if (!isPlanStale(error) || stale >= options.poolSize) throw error;
        }
      }
    },
    transaction: (run) => withClient((client) => runTransaction(client, run)),
    probe: probes.run,
    usage: () => ({ total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }),
    close: async () => {
      await Promise.all([pool.end(), probes.close()]);
    },
  };
}

async function runTransaction<T>(client: PoolClient, run: (query: Query) => Promise<T>): Promise<T> {
  const query: Query = (statement, values = []) => runStatement(client, statement, values);
  await query({ name: 'begin', text: 'begin' });
  let result: T;
  try {
    result = await run(query);
  } catch (error) {
    // A lost connection has rolled back by itself.
    if (isReusableAfter(error)) await query({ name: 'rollback', text: 'rollback' });
    throw error;
  }
  await query({ name: 'commit', text: 'commit', isWrite: true });
  return result;
}

async function runStatement<R extends Row>(
  client: Pick<Client, 'query'>,
  statement: Statement,
  values: readonly unknown[],
): Promise<R[]> {
  try {
    const result = await client.query<R>({ name: statement.name, text: statement.text, values: [...values] });
    // Of a script pg gives a list of results.
    return Array.isArray(result) ? [] : result.rows;
  } catch (error) {
    if (error instanceof DatabaseError) throw nameServerError(error, statement);
    throw connectionError(error, 'the connection to the database was lost', statement.isWrite === true);
  }
}

/** What pg throws without an answer of the server is a matter of the connection; programming errors stay as they are. */
function connectionError(error: unknown, message: string, isCommitUnknown = false): unknown {
  if (error instanceof TypeError || error instanceof RangeError) return error;
  return new DatabaseUnavailableError(message, isCommitUnknown, { cause: error });
}

/** True after success and after an error that the server answered with while it kept the session. */
function isReusableAfter(failure: unknown): boolean {
  if (failure === undefined) return true;
  const answer = failure instanceof DatabaseError ? failure : (failure as Error).cause;
  // A connection to what is no longer the primary is of no more use than one that holds a stale plan.
  if (sqlState(answer) === '25006' || isPlanStale(failure)) return false;
  if (answer instanceof DatabaseError) return answer.severity !== 'FATAL' && answer.severity !== 'PANIC';
  return !(failure instanceof DatabaseUnavailableError);
}

/**
 * A migration has changed the type of a column under a named statement ("cached plan must not change result type",
 * 0A000): the statement can run again only where it was not prepared yet.
 */
function isPlanStale(failure: unknown): boolean {
  return failure instanceof DatabaseUnavailableError && sqlState(failure.cause) === '0A000';
}

/** One connection of its own, opened when asked and thrown away on any failure. */
function createProbe(connection: object, onIdleError: (error: Error) => void) {
  let client: Client | undefined;

  const connect = async (): Promise<Client> => {
    if (client !== undefined) return client;
    const opened = new Client(connection);
    opened.on('error', (error) => {
      if (client === opened) client = undefined;
      onIdleError(error);
    });
    client = opened;
    await opened.connect();
    return opened;
  };
  const discard = (): void => {
    const old = client;
    client = undefined;
    // `end` waits for the server; a hanging one would keep the socket for ever.
    (old as unknown as { connection?: { stream: { destroy(): void } } } | undefined)?.connection?.stream.destroy();
  };

  return {
    run: async <R extends Row>(statement: Statement, values: readonly unknown[], timeoutMs: number): Promise<R[]> => {
      let timer: NodeJS.Timeout | undefined;
      const expiry = new Promise<never>((_, reject) => {
        timer = setTimeout(
          () => reject(new DatabaseUnavailableError(`the database gave no answer in ${timeoutMs} ms`, false)),
          timeoutMs,
        );
      });
      const ask = async (): Promise<R[]> => {
        const opened = await connect().catch((error: unknown) => {
          throw connectionError(error, 'cannot connect to the database');
        });
        return runStatement<R>(opened, statement, values);
      };
      try {
        return await Promise.race([ask(), expiry]);
      } catch (error) {
        if (!isReusableAfter(error)) discard();
        throw error;
      } finally {
        clearTimeout(timer);
      }
    },
    close: async () => discard(),
  };
}
