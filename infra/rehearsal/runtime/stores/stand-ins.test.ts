import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { createAuthorities } from '../certificates/authorities';
import type { Store } from '../runtime';
import { createStores, type Stores } from './stores';

const folder = mkdtempSync(join(tmpdir(), 'rehearsal-stores-'));
const notes: string[] = [];
let stores: Stores;
let store: Store;

const place = { hosts: ['db.internal'], certificateNames: ['db.internal'], port: 5432, tls: 'required' } as const;

beforeAll(async () => {
  const authorities = createAuthorities(join(folder, 'authorities.json'));
  stores = createStores({ authorities, note: (text) => void notes.push(text), hasProgram: () => false });
  store = await stores.start({
    ...place,
    kind: 'postgres',
    version: '17',
    name: 'orders',
    user: 'postgres',
    password: "it's secret",
    database: 'orders',
  });
});

afterAll(async () => {
  await stores.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(user: string, password: string): Promise<Client> {
  const ssl = { ca: store.certificateAuthority, servername: 'db.internal' };
  const client = new Client({
    host: '127.0.0.1',
    port: stores.portOf(store) ?? 0,
    user,
    password,
    database: 'orders',
    ssl,
  });
  client.on('error', () => {});
  await client.connect();
  return client;
}

describe('a store on a machine without Postgres', () => {
  test('says that something stands in', () => {
    expect(store.isStandIn).toBe(true);
    expect(notes.join()).toContain('PGlite stands in');
  });

  test('demands TLS and the password, and gives no superuser', async () => {
    await expect(open('postgres', 'guess')).rejects.toThrow('password authentication failed');
    const client = await open('postgres', "it's secret");
    const { rows } = await client.query('select rolsuper, rolcreaterole from pg_roles where rolname = current_user');
    expect(rows).toEqual([{ rolsuper: false, rolcreaterole: true }]);
    await client.end();
  });

  test('keeps named statements, transactions and rights of connections apart', async () => {
    const owner = await open('postgres', "it's secret");
    await owner.query(
      'create table rows (id int); create role reader login password $$reading$$; grant select on rows to reader',
    );
    const reader = await open('reader', 'reading');
    const count = { name: 'count', text: 'select count(*)::int as count from rows' };
    await owner.query('begin');
    await owner.query('insert into rows values (1)');
    const seen = reader.query(count);
    await owner.query(count);
    await owner.query('rollback');
    expect((await seen).rows).toEqual([{ count: 0 }]);
    await expect(reader.query('insert into rows values (2)')).rejects.toThrow('permission denied');
    expect((await owner.query(count)).rows).toEqual([{ count: 0 }]);
    await Promise.all([owner.end(), reader.end()]);
  });

  test('goes on after a client that left in the middle of a transaction', async () => {
    const lost = await open('postgres', "it's secret");
    await lost.query('begin');
    (lost as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
    const next = await open('postgres', "it's secret");
    expect((await next.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    await next.end();
  });
});

test('a Redis on a machine without one answers nothing, and the report says so', async () => {
  const redis = await stores.start({ ...place, kind: 'redis', version: '7', name: 'cache', port: 6379 });
  expect(stores.portOf(redis)).toBeUndefined();
  expect(notes.join()).toContain('the cache is not exercised');
});
