import assert from 'node:assert/strict';
import type { Change, Deployment, Load, Workspace } from '../rehearsal/run/scenario';
import { authorization } from './ask';
import { addressesOf } from './deployment-checks';

/** Something that users can see, so that the image is another one. */
export const newRelease = (workspace: Workspace) =>
  workspace.edit('service/page/assets/page.css', (text) => `${text}\n/* the next release */\n`);

/** In the words of the platforms that run it: Cloud Run, App Runner, ECS, ECS Express, Kubernetes and Docker. */
const notStarting =
  /is not ready|rolled (the update )?back|Essential container in task exited|is unhealthy|timed out waiting|deadline exceeded/;

const targetsOf = (first?: Deployment) => (first === undefined ? [] : Object.keys(addressesOf(first.outputs)));
const hasSeveralTargets = (first: Deployment) => targetsOf(first).length > 1;

/** The life of the stack after its first deployment. */
export const changes: readonly Change[] = [
  {
    name: 'next-release',
    title: 'a new release under load: no request fails',
    apply: newRelease,
    expects: 'new release',
    isUnderLoad: true,
    stays: true,
  },
  {
    name: 'broken-migration',
    title: 'a release with a broken migration is refused',
    apply: (workspace) =>
      workspace.add('service/migrations/999_mistake.sql', 'alter table no_such_table add column mistake int;\n'),
    expects: { refused: /failed to complete|MigrationError/, logged: /no_such_table/ },
  },
  {
    name: 'broken-image',
    title: 'a release that does not start is refused',
    apply: (workspace) =>
      workspace.edit(
        'service/server.ts',
        (text) =>
          `${text}\nif ((process.argv[2] ?? 'server') === 'server') throw new Error('a mistake in the release');\n`,
      ),
    expects: {
      refused: notStarting,
      logged: /^Error: a mistake in the release/,
    },
  },
  {
    name: 'wrong-wiring',
    title: 'a service without its database host is refused',
    apply: (workspace) =>
      workspace.edit('infra/service-env.ts', (text) =>
        text.replace('    POSTGRES_USER: postgres.service.user,', '    POSTGRES_HOST: undefined,\n$&'),
      ),
    expects: {
      refused: notStarting,
      logged: /POSTGRES_HOST or DATABASE_URL must be set/,
    },
    isExtra: true,
  },
  {
    name: 'roll-back',
    title: 'back to the first release by taproom:imageDigest, without a build',
    apply: (workspace, first) => workspace.setConfig('taproom:imageDigest', first?.outputs.image_digest),
    expects: 'first release',
    isUnderLoad: true,
  },
  {
    name: 'forward-again',
    title: 'forward again to the release after it (A, B, A, B)',
    apply: async () => {},
    expects: 'new release',
    isExtra: true,
  },
  {
    name: 'fewer-targets',
    title: 'a target less changes nothing of the others',
    apply: (workspace, first) => workspace.setConfig('taproom:targets', targetsOf(first).slice(0, 1)),
    expects: 'same release',
    mayTouch: ({ type }) => type === 'docker-build:index:Image',
    appliesTo: hasSeveralTargets,
    isExtra: true,
  },
  {
    name: 'more-targets',
    title: 'and a target more neither',
    apply: async () => {},
    expects: 'same release',
    mayTouch: ({ type }) => type === 'docker-build:index:Image',
    appliesTo: hasSeveralTargets,
    isExtra: true,
  },
];

/** A user who reads, writes and reads again. */
export const load: Load = {
  round: async (visit, count) => {
    const { client, url, outputs } = visit;
    const list = await client.send(`${url}/beers`);
    assert.equal(list.status, 200, 'GET /beers');
    if (count > 0 && count % 3 === 0) {
      const key = `load-${count % 100}`;
      const body = JSON.stringify({ key, value: String(count) });
      const headers = { ...authorization({ outputs }), 'content-type': 'application/json' };
      const written = await client.send(`${url}/data`, { method: 'POST', headers, body });
      assert.equal(written.status, 200, 'POST /data');
    }
    return list.headers['x-service-version'] ?? 'unknown';
  },
};
