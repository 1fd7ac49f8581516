import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { Client, type ClientConfig } from 'pg';
import { describeWithPrograms } from '../../../../service/testing/servers/describe-with';
import { type Authorities, createAuthorities } from '../certificates/authorities';
import { createCertificateAuthority } from '../certificates/certificate-authority';
import type { Store, StoreSpec } from '../runtime';
import { createStores, type Stores } from './stores';

const folder = mkdtempSync(join(tmpdir(), 'rehearsal-stores-'));
const notes: string[] = [];
let authorities: Authorities;
let stores: Stores;

beforeAll(() => {
  authorities = createAuthorities(join(folder, 'authorities.json'));
  stores = createStores({ authorities, note: (text) => void notes.push(text) });
});

afterAll(async () => {
  await stores.close();
  rmSync(folder, { recursive: true, force: true });
});

describeWithPrograms(['postgres', 'initdb'], 'a Postgres store', () => {
  const spec: StoreSpec = {
    kind: 'postgres',
    version: '99',
    name: 'orders',
    hosts: ['orders.internal'],
    port: 5432,
    tls: 'required',
    certificateNames: ['orders.internal'],
    user: 'postgres',
    password: "it's / @ secret",
    database: 'orders',
    administratorsRole: 'rds_superuser',
  };
  let store: Store;

  beforeAll(async () => {
    store = await stores.start(spec);
  });

  const good = (): ClientConfig => ({
    host: '127.0.0.1',
    port: stores.portOf(store) ?? 0,
    user: 'postgres',
    password: spec.password ?? '',
    database: 'orders',
    ssl: { ca: store.certificateAuthority, servername: 'orders.internal' },
  });

  async function ask(config: ClientConfig, statement: string): Promise<unknown[]> {
    const client = new Client({ connectionTimeoutMillis: 2_000, ...config });
    client.on('error', () => {});
    try {
      await client.connect();
      return (await client.query(statement)).rows;
    } finally {
      await client.end().catch(() => {});
    }
  }

  test('lets in who has its password and trusts its authority', async () => {
    expect(await ask(good(), 'select current_user as name')).toEqual([{ name: 'postgres' }]);
  });

  test('gives the rights of a managed service: roles and databases, no superuser', async () => {
    const rights = 'select rolsuper, rolcreaterole, rolcreatedb from pg_roles where rolname = current_user';
    expect(await ask(good(), rights)).toEqual([{ rolsuper: false, rolcreaterole: true, rolcreatedb: true }]);
    await expect(ask(good(), "copy (select 1) to program 'true'")).rejects.toThrow('must be superuser');
    await ask(good(), 'create role reader login password $$reading$$; create table public.rows (id int)');
    await ask(good(), 'grant select on rows to reader');
    expect(await ask({ ...good(), user: 'reader', password: 'reading' }, 'select * from rows')).toEqual([]);
    await expect(
      ask({ ...good(), user: 'reader', password: 'reading' }, 'insert into rows values (1)'),
    ).rejects.toThrow('permission denied');
  });

  test('refuses a wrong password, a connection without TLS, another authority and another name', async () => {
    await expect(ask({ ...good(), password: 'guess' }, 'select 1')).rejects.toThrow('password authentication failed');
    await expect(ask({ ...good(), ssl: false }, 'select 1')).rejects.toThrow(
      'no pg_hba.conf entry for host "orders.internal", user "postgres", database "orders", no encryption',
    );
    const another = createCertificateAuthority('Another CA').certificate;
    await expect(ask({ ...good(), ssl: { ca: another } }, 'select 1')).rejects.toThrow(/unable to verify/);
    const ssl = { ca: store.certificateAuthority, servername: 'users.internal' };
    await expect(ask({ ...good(), ssl }, 'select 1')).rejects.toThrow(/does not match certificate/);
  });

  test('takes users, databases and passwords that the cloud adds', async () => {
    await store.addUser('app', 'first');
    await store.addDatabase('more');
    await store.setPassword('app', 'second');
    const app = { ...good(), user: 'app', database: 'more', password: 'second' };
    await ask(app, 'create table own (id int)');
    await expect(ask({ ...app, password: 'first' }, 'select 1')).rejects.toThrow('password authentication failed');
  });

  test('is restored beside itself, as it was at a moment', async () => {
    await store.keepHistory();
    const rows = 'select name from kept order by name';
    await ask(good(), "create table kept (name text); insert into kept values ('first'), ('second')");
    const moment = Date.now() + 1;
    await new Promise((resolve) => setTimeout(resolve, 20));
    await ask(good(), "delete from kept where name = 'first'");
    await store.setPassword('postgres', 'changed since');

    const { user: _, database: __, password: ___, ...place } = spec;
    const restored = await stores.start({ ...place, name: 'restored', restoredFrom: { store, machineMs: moment } });
    const there = {
      ...good(),
      port: stores.portOf(restored) ?? 0,
      ssl: { ca: restored.certificateAuthority, servername: 'orders.internal' },
    };
    expect(await ask(there, rows)).toEqual([{ name: 'first' }, { name: 'second' }]);
    expect(await restored.hasDatabase('orders')).toBe(true);
    expect(await ask({ ...good(), password: 'changed since' }, rows)).toEqual([{ name: 'second' }]);

    // And that one again, from a moment of its own.
    await restored.keepHistory();
    await restored.addUser('postgres', 'another');
    await ask({ ...there, password: 'another' }, "insert into kept values ('third')");
    const later = Date.now() + 1;
    await new Promise((resolve) => setTimeout(resolve, 20));
    await ask({ ...there, password: 'another' }, 'drop table kept');
    const again = await stores.start({ ...place, name: 'again', restoredFrom: { store: restored, machineMs: later } });
    const last = {
      ...there,
      password: 'another',
      port: stores.portOf(again) ?? 0,
      ssl: { ca: again.certificateAuthority, servername: 'orders.internal' },
    };
    expect(await ask(last, rows)).toHaveLength(3);
    await Promise.all([restored.stop(), again.stop()]);
    await store.setPassword('postgres', spec.password ?? '');
  });

  test('is not restored from one that kept no history', async () => {
    const other = await stores.start({ ...spec, name: 'forgetful' });
    await expect(
      stores.start({ ...spec, name: 'none', restoredFrom: { store: other, machineMs: Date.now() } }),
    ).rejects.toThrow('none: not simulated: forgetful kept no history');
    await other.stop();
  });

  test('hangs while it is paused', async () => {
    await store.pause();
    await expect(ask({ ...good(), connectionTimeoutMillis: 200 }, 'select 1')).rejects.toThrow(/timeout/);
    await store.resume();
    expect(await ask(good(), 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('tells that another version stands for the one asked for', () => {
    expect(notes.join()).toMatch(/postgres \d+\.\d+.* stands for version 99/);
  });

  test('knows no TLS where it is off', async () => {
    const plain = await stores.start({ ...spec, name: 'plain', tls: 'off' });
    const config = { ...good(), port: stores.portOf(plain) ?? 0 };
    await expect(ask(config, 'select 1')).rejects.toThrow('The server does not support SSL connections');
    expect(await ask({ ...config, ssl: false }, 'select 1 as one')).toEqual([{ one: 1 }]);
    await plain.stop();
    expect(stores.portOf(plain)).toBeUndefined();
  });
});

describeWithPrograms(['redis-server'], 'a Redis store', () => {
  const spec: StoreSpec = {
    kind: 'redis',
    version: '7.2',
    name: 'cache',
    hosts: ['cache.internal'],
    port: 6379,
    tls: 'required',
    certificateNames: ['cache.internal'],
    authority: 'public',
    password: 'a-token-of-16-characters',
  };
  let store: Store;

  beforeAll(async () => {
    store = await stores.start(spec);
  });

  async function call(
    command: [string, ...string[]],
    options: { password?: string; tls?: boolean } = {},
  ): Promise<unknown> {
    const { password = spec.password, tls = true } = options;
    const client = new Redis({
      port: stores.portOf(store) ?? 0,
      ...(password !== '' && { password }),
      ...(tls && { tls: { ca: store.certificateAuthority, servername: 'cache.internal' } }),
      lazyConnect: true,
      connectTimeout: 500,
      retryStrategy: () => null,
      maxRetriesPerRequest: 0,
    });
    client.on('error', () => {});
    try {
      await client.connect();
      return await client.call(...command);
    } finally {
      client.disconnect();
    }
  }

  test('answers who has the token, by TLS', async () => {
    expect(await call(['SET', 'key', 'value'])).toBe('OK');
    expect(await call(['GET', 'key'])).toBe('value');
  });

  test('refuses a wrong token, none, and a connection without TLS', async () => {
    await expect(call(['GET', 'key'], { password: 'guess' })).rejects.toThrow();
    await expect(call(['GET', 'key'], { password: '' })).rejects.toThrow();
    await expect(call(['GET', 'key'], { tls: false })).rejects.toThrow();
  });

  test('keeps to itself what managed services do', async () => {
    await expect(call(['CONFIG', 'GET', 'dir'])).rejects.toThrow('NOPERM');
  });

  test('takes another token', async () => {
    await store.setPassword('default', 'another-token-16-characters');
    expect(await call(['GET', 'key'], { password: 'another-token-16-characters' })).toBe('value');
  });

  test('is asked with and without TLS where both are allowed', async () => {
    await store.stop();
    store = await stores.start({ ...spec, tls: 'allowed' });
    expect(await call(['PING'])).toBe('PONG');
    expect(await call(['PING'], { tls: false })).toBe('PONG');
  });

  test('is open where no token was made', async () => {
    await store.stop();
    const { password: _, ...open } = spec;
    store = await stores.start({ ...open, tls: 'off' });
    expect(await call(['PING'], { password: '', tls: false })).toBe('PONG');
  });
});
