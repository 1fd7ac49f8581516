import assert from 'node:assert/strict';
import { Client } from 'pg';
import { findEngineImage } from '../rehearsal/cloud/image-engine';
import { findStoredImage } from '../rehearsal/cloud/registry';
import type { Check, Deployment, Outputs } from '../rehearsal/run/scenario';

/** Where the service answers, by target. */
export function addressesOf({ app_urls }: Outputs): Record<string, string> {
  return app_urls as Record<string, string>;
}

/** What must hold of a stack that is up, beside what its users see. */
export const deploymentChecks: readonly Check<Deployment>[] = [
  {
    name: 'app_url is one of app_urls, each without a final slash, and HTTPS unless a warning says that it is not',
    run: ({ outputs }) => {
      const addresses = addressesOf(outputs);
      assert.ok(Object.values(addresses).includes(String(outputs.app_url)));
      for (const [target, address] of Object.entries(addresses)) {
        const isTold = (outputs.warnings as string[]).some((text) => text.startsWith(`${target}: `));
        assert.match(address, isTold ? /^https?:\/\/[^/]+$/ : /^https:\/\/[^/]+$/);
      }
    },
  },
  {
    name: 'every registry and engine has the image, under the one digest',
    run: ({ outputs, cloud }) => {
      const references = Object.values(outputs.image_references as Record<string, string>);
      assert.notEqual(references.length, 0);
      for (const reference of references) {
        // Of an engine of one's own: the id that it gives.
        if (!reference.includes('@')) {
          assert.ok(findEngineImage(cloud, reference), reference);
          continue;
        }
        assert.ok(reference.endsWith(`@${String(outputs.image_digest)}`), reference);
        assert.equal(findStoredImage(cloud, reference)?.digest, outputs.image_digest, reference);
      }
    },
  },
  {
    name: 'the API key is long, and each target says how to read its logs',
    run: ({ outputs }) => {
      assert.ok(String(outputs.api_key).length >= 16);
      assert.deepEqual(Object.keys(outputs.logs_command as object).sort(), Object.keys(addressesOf(outputs)).sort());
    },
  },
  {
    name: 'the service may read and write rows, and nothing else',
    run: async (deployment) => {
      const logins = serviceLogins(deployment);
      assert.notEqual(logins.length, 0);
      for (const login of logins) await checkRole(login);
    },
  },
];

type ServiceLogin = { user: string; password: string; database: string; port: number; ca: string | undefined };

/** As each running service logs in, where this machine has a Postgres. */
function serviceLogins({ runtime }: Deployment): ServiceLogin[] {
  return runtime.containers.flatMap(({ spec, container }) => {
    const { POSTGRES_HOST: host, POSTGRES_USER: user, POSTGRES_PASSWORD: password, POSTGRES_DB: database } = spec.env;
    if (!container.isRunning() || !host || !user || !password || !database) return [];
    const route = spec.network.route(host, Number(spec.env.POSTGRES_PORT ?? 5432));
    const port = route.kind === 'store' ? route.store.localPort() : undefined;
    if (route.kind !== 'store' || port === undefined) return [];
    const ca = spec.env.POSTGRES_TLS === 'off' ? undefined : route.store.certificateAuthority;
    return [{ user, password, database, port, ca }];
  });
}

async function checkRole({ user, password, database, port, ca }: ServiceLogin): Promise<void> {
  // The certificate is for the store's name in the cloud; here it is behind a port of this machine.
  const ssl = ca !== undefined && { ca, checkServerIdentity: () => undefined };
  const client = new Client({ host: '127.0.0.1', port, user, password, database, ssl });
  await client.connect();
  try {
    const { rows } = await client.query(
      'select rolsuper or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls as is_mighty from pg_roles where rolname = current_user',
    );
    assert.deepEqual(rows, [{ is_mighty: false }]);
    await client.query('begin');
    await client.query("insert into data_record (key, value) values ('rehearsal', 'role')");
    await client.query('rollback');
    for (const statement of [
      'create table intruder (id int)',
      'drop table beers',
      'alter table users add column intruder int',
      'truncate data_record',
      'create role intruder',
    ]) {
      await assert.rejects(client.query(statement), `${user} must not be able to: ${statement}`);
    }
  } finally {
    await client.end();
  }
}
