// `npm start`: the bundle of the sources as they are, in one process, so that signals reach the service itself.
// Not a `prestart` script, which .npmrc's ignore-scripts would leave out.
await import('./build.mjs');
await import('../dist/server.js');
