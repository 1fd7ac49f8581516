import { resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { shippedFile } from '../files';
import { type Database, DatabaseUnavailableError, nameServerError, type Query, type Statement } from './database';
import { lockFolder } from './folder-lock';

export type EmbeddedRequest =
  | { id: number; kind: 'query'; text: string; values: readonly unknown[] }
  | { id: number; kind: 'script'; text: string }
  | { id: number; kind: 'close' };
export type EmbeddedAnswer = { id: number } & (
  | { rows: unknown[] }
  | { error: { message?: string; code?: string; severity?: string; detail?: string } }
);

/** A folder, or `memory` for a database that lives as long as the process. */
export type EmbeddedLocation = { folder: string } | 'memory';

/**
 * PGlite in a worker thread: one session, so statements and transactions take turns. Resolves once the folder is
 * locked for this process; the database starts in the background, and the first statement waits for it. Throws
 * FolderLockedError when another process has the folder. https://pglite.dev/docs/
 */
export async function openEmbedded(location: EmbeddedLocation): Promise<Database> {
  const release = location === 'memory' ? async () => {} : await lockFolder(location.folder);
  const session = startSession(location === 'memory' ? 'memory://' : resolve(location.folder, 'pglite'));
  let waiting = 0;
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(run: () => Promise<T>): Promise<T> => {
    waiting += 1;
    const mine = turn.then(run, run).finally(() => {
      waiting -= 1;
    });
    turn = mine.catch(() => {});
    return mine;
  };
  const query: Query = (statement, values = []) => inTurn(() => session.query(statement, values));
  return {
    kind: 'embedded',
    isShared: false,
    query,
    transaction: (run) => inTurn(() => runTransaction(session.query, run)),
    probe: (statement, values) => query(statement, values),
    usage: () => ({ total: 1, idle: waiting === 0 ? 1 : 0, waiting: Math.max(0, waiting - 1) }),
    close: async () => {
      await inTurn(session.close);
      await release();
    },
  };
}

async function runTransaction<T>(query: Query, run: (query: Query) => Promise<T>): Promise<T> {
  await query({ name: 'begin', text: 'begin' });
  try {
    const result = await run(query);
    await query({ name: 'commit', text: 'commit' });
    return result;
  } catch (error) {
    await query({ name: 'rollback', text: 'rollback' });
    throw error;
  }
}

type Session = { query: Query; close: () => Promise<void> };
type Pending = { statement: Statement; resolve: (rows: never[]) => void; reject: (error: unknown) => void };

function startSession(dataDir: string): Session {
  const worker = new Worker(shippedFile('stores', 'embedded-worker.js'), { workerData: dataDir });
  const pending = new Map<number, Pending>();
  let lastId = 0;
  let failure: DatabaseUnavailableError | undefined;

  const fail = (error: unknown) => {
    failure ??= new DatabaseUnavailableError('the embedded database stopped', false, { cause: error });
    for (const { reject } of pending.values()) reject(failure);
    pending.clear();
  };
  worker.on('error', fail);
  worker.on('exit', fail);
  worker.on('message', (answer: EmbeddedAnswer) => {
    const request = pending.get(answer.id);
    pending.delete(answer.id);
    if ('rows' in answer) request?.resolve(answer.rows as never[]);
    else {
      const error = Object.assign(new Error(answer.error.message), answer.error);
      request?.reject(nameServerError(error, request.statement));
    }
  });

  const ask = (statement: Statement, toRequest: (id: number) => EmbeddedRequest): Promise<never[]> =>
    new Promise((resolve, reject) => {
      if (failure !== undefined) return reject(failure);
      lastId += 1;
      pending.set(lastId, { statement, resolve, reject });
      worker.postMessage(toRequest(lastId));
    });
  return {
    query: (statement, values = []) => {
      const { name, text } = statement;
      const isScript = name === '' && values.length === 0;
      return ask(statement, (id) => (isScript ? { id, kind: 'script', text } : { id, kind: 'query', text, values }));
    },
    close: async () => {
      // A worker that has failed has nothing left to close.
      await ask({ name: 'close', text: '' }, (id) => ({ id, kind: 'close' })).catch(() => {});
      await worker.terminate();
    },
  };
}
