export type Row = Record<string, unknown>;

/**
 * One SQL statement. The name makes it a prepared statement, once per connection; it must be unique in the service.
 * With an empty name and no values it may be a script of several statements, which gives no rows.
 * `isWrite`: losing the connection while it runs leaves its outcome unknown.
 */
export type Statement = { readonly name: string; readonly text: string; readonly isWrite?: boolean };

export type Query = <R extends Row>(statement: Statement, values?: readonly unknown[]) => Promise<R[]>;

/** What the service needs of a database: Postgres by pg, or the embedded one. */
export interface Database {
  readonly kind: 'postgres' | 'embedded';
  /** True when other processes may write to it too. */
  readonly isShared: boolean;
  readonly query: Query;
  /** Runs several statements on one connection; commits when `run` resolves, rolls back when it rejects. */
  transaction<T>(run: (query: Query) => Promise<T>): Promise<T>;
  /** A query that never waits for the connections of requests. Rejects after `timeoutMs` at the latest. */
  probe<R extends Row>(statement: Statement, values: readonly unknown[], timeoutMs: number): Promise<R[]>;
  /** Connections for requests: open, idle, and callers who wait for one. */
  usage(): { total: number; idle: number; waiting: number };
  close(): Promise<void>;
}

/** The database did not answer: away, restarting, overloaded or too slow. The client may try again. */
export class DatabaseUnavailableError extends Error {
  constructor(
    message: string,
    /** True when the connection was lost after a write was sent: nobody knows whether it was committed. */
    readonly isCommitUnknown: boolean,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'DatabaseUnavailableError';
  }
}

/** The text is valid, yet this database cannot hold it (its encoding is not UTF-8, or a column is narrower). */
export class UnstorableTextError extends Error {
  override readonly name = 'UnstorableTextError';
}

/** SQLSTATE of an answer from Postgres or PGlite: https://www.postgresql.org/docs/current/errcodes-appendix.html */
export function sqlState(error: unknown): string | undefined {
  const { code, severity } = (error ?? {}) as { code?: unknown; severity?: unknown };
  return typeof code === 'string' && typeof severity === 'string' ? code : undefined;
}

/**
 * Names what the server answered. What is not the request's fault becomes DatabaseUnavailableError; other errors are
 * returned as they are. 08 connection, 0A000 a stale plan, 25006 read-only after a fail-over, 40 rolled back, 53 out of resources,
 * 55P03 lock timeout, 57 cancelled, shut down or starting: of these 08 and 57P may come after the commit.
 */
export function nameServerError(error: unknown, statement: Statement): unknown {
  const state = sqlState(error);
  if (state === undefined) return error;
  if (state.startsWith('22')) return new UnstorableTextError('the database refused a value', { cause: error });
  if (/^(08|0A000|25006|40|53|55P03|57)/.test(state)) {
    const isCommitUnknown = statement.isWrite === true && /^(08|57P)/.test(state);
    return new DatabaseUnavailableError(`the database answered ${state}`, isCommitUnknown, { cause: error });
  }
  return error;
}
