// Bundles the service into dist/, or the folder given: one file of code, and beside it what it reads at run time.
import { cp, mkdir, readdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { build, stop } from 'esbuild';

const root = join(import.meta.dirname, '..');
const dist = resolve(process.argv[2] ?? join(root, 'dist'));
const require = createRequire(import.meta.url);

await rm(dist, { recursive: true, force: true });
/** umzug carries a command line of its own, which nobody calls here, and which would be a third of the bundle. */
const withoutUmzugCommandLine = {
  name: 'without-umzug-command-line',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^@rushstack\/ts-command-line$/ }, () => ({ path: 'ts-command-line', namespace: 'empty' }));
    onLoad({ filter: /.*/, namespace: 'empty' }, () => ({
      contents: 'exports.CommandLineAction = exports.CommandLineParser = class {};',
    }));
  },
};

await build({
  entryPoints: [join(root, 'service/server.ts')],
  outfile: join(dist, 'server.js'),
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  // Names stay as they are: errors are logged by them. To keep them beside shorter ones would cost a call for every
  // function that a request makes.
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'linked',
  // Loading leaves garbage for which the young generation would grow by 15 MB that idle services keep; server.ts lets it
  // grow again once requests come.
  banner: { js: "require('node:v8').setFlagsFromString('--semi-space-growth-factor=1');" },
  plugins: [withoutUmzugCommandLine],
  // pg and swagger ask for these only where somebody has installed them.
  external: ['pg-native', '@electric-sql/pglite'],
});

await stop();

const copies = [['service/stores/embedded-worker.js', 'stores/embedded-worker.js']];
for (const name of await readdir(join(root, 'service/migrations'))) {
  if (name.endsWith('.sql')) copies.push([`service/migrations/${name}`, `migrations/${name}`]);
}
for (const name of await readdir(join(root, 'service/page/assets'))) {
  copies.push([`service/page/assets/${name}`, `page/assets/${name}`]);
}
const documentation = join(dirname(require.resolve('@fastify/swagger-ui/package.json')), 'static');
for (const name of [
  'swagger-ui-bundle.js',
  'swagger-ui-standalone-preset.js',
  'swagger-ui.css',
  'index.css',
  'favicon-16x16.png',
  'favicon-32x32.png',
]) {
  copies.push([join(documentation, name), `docs/${name}`]);
}
for (const [from, to] of copies) {
  const target = join(dist, to);
  await mkdir(dirname(target), { recursive: true });
  await cp(from.startsWith('/') ? from : join(root, from), target);
}
