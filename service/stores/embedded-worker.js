// Runs PGlite beside the event loop of the service; see embedded.ts. Plain JavaScript, because a worker thread does
// not inherit the loader that runs the TypeScript sources.
const { parentPort, workerData } = require('node:worker_threads');
const { PGlite } = require('@electric-sql/pglite');

/** @param {import('@electric-sql/pglite').PGlite} database @param {import('./embedded').EmbeddedRequest} request */
async function run(database, request) {
  switch (request.kind) {
    case 'query':
      return (await database.query(request.text, [...request.values])).rows;
    case 'script':
      await database.exec(request.text);
      return [];
    case 'close':
      await database.close();
      return [];
  }
}

function main() {
  const opening = PGlite.create(workerData);
  // A database that cannot be opened ends the worker, and with it every statement that waits.
  opening.catch((error) =>
    setImmediate(() => {
      throw error;
    }),
  );
  parentPort.on('message', async (request) => {
    try {
      parentPort.postMessage({ id: request.id, rows: await run(await opening, request) });
    } catch (error) {
      const { message, code, severity, detail } = error;
      parentPort.postMessage({ id: request.id, error: { message, code, severity, detail } });
    }
    if (request.kind === 'close') parentPort.close();
  });
}

main();
