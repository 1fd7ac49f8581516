import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { loadConfig } from '../config';
import { buildLogger } from '../logging';
import { describeWithPrograms } from '../testing/servers/describe-with';
import { poll } from '../testing/servers/poll';
import { type PostgresServer, startPostgres } from '../testing/servers/postgres';
import { runMigrations } from './run';
import { migrationNames } from './schema-version';

const logger = buildLogger({ LOG_LEVEL: 'silent', LOG_FORMAT: 'plain' });
const anyPassword = () => randomBytes(12).toString('hex');

let server: PostgresServer;
let database: string;

function connection() {
  const { host, port, user, password } = server;
  return { host, port, user, password, database };
}

/** Runs SQL in the test's database, as the superuser unless another role is given. */
async function sql(text: string, role?: { user: string; password: string }) {
  const client = new Client({ ...connection(), ...role });
  client.on('error', () => {});
  await client.connect();
  try {
    const result = await client.query(text);
    return Array.isArray(result) ? [] : result.rows;
  } finally {
    await client.end();
  }
}

const run = (env: Record<string, string> = {}) =>
  runMigrations(loadConfig({ ...server.env, POSTGRES_DB: database, ...env }), logger);

/** Tables as the older apps' ORMs made them, with rows that today's validation would refuse. */
const olderTables = `
  create table data_record (id serial primary key, key varchar(200) not null unique, value varchar(1000));
  insert into data_record (key, value) values ('', ''), (repeat('k', 200), repeat('v', 1000)), ('b', 'B'), ('a', 'A');
  create table users (id serial primary key, name varchar(100), email varchar(255) unique, created_at timestamp);
  insert into users (name, email, created_at) values ('', 'not an email', null), ('Ann', 'ann@example.com', '2020-01-02');
  create table beers (id serial primary key, name varchar not null, style varchar, abv varchar);
  insert into beers (name) values (''), (repeat('n', 5000));`;

describeWithPrograms(['postgres', 'initdb'], 'migrate', () => {
  beforeAll(async () => {
    server = await startPostgres({ settings: { log_statement: 'all', log_min_error_statement: 'debug5' } });
  });
  afterAll(() => server?.stop());

  beforeEach(async () => {
    database = `d_${randomBytes(6).toString('hex')}`;
    await server.query(`create database ${database}`);
  });

  test('applies each migration once when several run at the same time', async () => {
    const applied = await Promise.all([run(), run(), run(), run()]);

    expect(applied.flat().sort()).toEqual(migrationNames());
    expect(await sql('select name from schema_migrations order by name')).toEqual(
      migrationNames().map((name) => ({ name })),
    );
  });

  test('keeps the tables of the older apps, with their rows', async () => {
    await sql(olderTables);
    const rows = async () => ({
      data: await sql('select id::int, key, value from data_record order by id'),
      users: await sql('select * from users order by id'),
      beers: await sql('select * from beers order by id'),
    });
    const before = await rows();

    await run();

    expect(await rows()).toEqual(before);
  });

  test('gives what the older tables lack: a default for created_at, ids past four bytes', async () => {
    await sql(olderTables);
    await run();

    await sql(`insert into users (name, email) values ('Bob', 'bob@example.com')`);
    await sql(`select setval(pg_get_serial_sequence('data_record', 'id'), 2147483647)`);
    await sql(`insert into data_record (key, value) values ('next', 'row')`);

    const [bob] = await sql(`select created_at is not null as "hasTime" from users where name = 'Bob'`);
    const [row] = await sql(`select id from data_record where key = 'next'`);
    expect([bob.hasTime, row.id]).toEqual([true, '2147483648']);
  });

  test.each([
    ['an identity column', 'int generated always as identity primary key'],
    ['no sequence', 'int primary key'],
    ['eight bytes already', 'bigserial primary key'],
  ])('takes an older data_record whose id is %s', async (_name, type) => {
    await sql(`create table data_record (id ${type}, key varchar(128) not null unique, value varchar(256) not null)`);

    expect(await run()).toEqual(migrationNames());

    const [column] = await sql(
      `select data_type from information_schema.columns where table_name = 'data_record' and column_name = 'id'`,
    );
    expect(column.data_type).toBe('bigint');
  });

  test('does nothing and succeeds when the schema is newer than the release', async () => {
    await run();
    await sql(
      `alter table beers add column brewery varchar; insert into schema_migrations (name) values ('999_x.sql')`,
    );

    expect(await run()).toEqual([]);
    expect(await sql(`select name from schema_migrations where name = '999_x.sql'`)).toHaveLength(1);
  });

  test('changes nothing at all when one migration fails', async () => {
    // The first migration would create two tables before the second fails on this view.
    await sql('create view data_record as select 1 as id');

    await expect(run()).rejects.toThrow();

    const tables = await sql(`select tablename from pg_tables where schemaname = 'public'`);
    expect(tables).toEqual([]);
  });

  test('fails at once when the password is wrong', async () => {
    await expect(run({ POSTGRES_PASSWORD: 'wrong' })).rejects.toMatchObject({ cause: { code: '28P01' } });
  });

  test('fails at once when there is no such database', async () => {
    await expect(run({ POSTGRES_DB: 'nowhere' })).rejects.toMatchObject({ cause: { code: '3D000' } });
  });

  test('waits for a database that comes up later', async () => {
    const late = await startPostgres();
    try {
      await late.kill('SIGQUIT');
      const migrated = runMigrations(loadConfig(late.env), logger);
      await late.start();

      expect(await migrated).toEqual(migrationNames());
    } finally {
      await late.stop();
    }
  });

  test('waits for a database that restarts while it migrates', async () => {
    const restarted = await startPostgres();
    try {
      // Holds what the first migration needs, until the restart.
      const holder = new Client({ ...restarted });
      holder.on('error', () => {});
      await holder.connect();
      await holder.query('begin; create table data_record (id int)');
      const migrated = runMigrations(loadConfig(restarted.env), logger);
      const isWaiting = `select 1 from pg_stat_activity where application_name = 'taproom' and wait_event_type = 'Lock'`;
      await poll('migrate waits', async () => (await restarted.query(isWaiting)).length > 0);
      await restarted.kill('SIGQUIT');
      await restarted.start();

      expect(await migrated).toEqual(migrationNames());
    } finally {
      await restarted.stop();
    }
  });

  describe('SERVICE_ROLE', () => {
    let role: { user: string; password: string };
    const env = () => ({ SERVICE_ROLE: role.user, SERVICE_ROLE_PASSWORD: role.password });
    const asRole = (text: string) => sql(text, role);

    beforeEach(() => {
      role = { user: `role_${randomBytes(6).toString('hex')}`, password: anyPassword() };
    });

    test('may read and write rows and use sequences', async () => {
      await run(env());

      await asRole(`insert into data_record (key, value) values ('a', '1'), ('b', '2')`);
      await asRole(`update data_record set value = '3' where key = 'a'`);
      await asRole(`delete from data_record where key = 'b'`);
      await asRole(`insert into users (name, email) values ('Ann', 'ann@example.com')`);
      await asRole(
        `begin; lock table beers in share row exclusive mode; insert into beers (name) values ('x'); commit`,
      );
      expect(await asRole('select key, value from data_record')).toEqual([{ key: 'a', value: '3' }]);
      expect(await asRole('select count(*)::int as n from schema_migrations')).toEqual([
        { n: migrationNames().length },
      ]);
    });

    test('may use tables that a later release creates', async () => {
      await run(env());
      await sql('create table hops (id serial primary key, name text)');

      await asRole(`insert into hops (name) values ('Saaz')`);
      expect(await asRole('select * from hops')).toEqual([{ id: 1, name: 'Saaz' }]);
    });

    test('may do nothing else', async () => {
      await run(env());
      const refused = [
        'create table t (a int)',
        'create schema s',
        'create role r',
        'alter table beers add column a int',
        'drop table beers',
        'truncate beers',
        'create index on beers (name)',
        `insert into schema_migrations (name) values ('x')`,
        'update schema_migrations set name = name',
        'delete from schema_migrations',
        `select setval('beers_id_seq', 5)`,
        'select * from pg_authid',
        `copy beers to program 'true'`,
      ];
      for (const statement of refused) {
        expect([statement, await asRole(statement).catch(({ code }) => code)]).toEqual([statement, '42501']);
      }
    });

    test('gets its new password at the second run', async () => {
      await run(env());
      const old = { ...role };
      role.password = anyPassword();
      await run(env());

      expect(await asRole('select 1 as one')).toEqual([{ one: 1 }]);
      await expect(sql('select 1', old)).rejects.toMatchObject({ code: '28P01' });
    });

    test.each([
      ['quotes', `it's "quoted" $tag$ ; drop table beers; --`],
      ['backslashes', "C:\\new\\table\\\\ E'\\x41\\u0041"],
      ['letters of many scripts', 'пароль-パスワード-🍺-ñandú'],
      ['letters that SASLprep maps', 'ﬁne\u00a0print\u00ad of Ⅸ ½'],
      ['spaces at both ends', '  spaced out  '],
    ])('works with a password of %s, which never reaches the log of Postgres', async (_name, password) => {
      role.password = password;
      await run(env());
      await run(env());

      expect(await asRole('select current_user as me')).toEqual([{ me: role.user }]);
      expect(server.log()).toContain(`role "${role.user}" with login password 'SCRAM-SHA-256$`);
      expect(server.log()).not.toContain(password);
    });

    test('is made by a master user that is no superuser', async () => {
      const master = { user: `master_${randomBytes(6).toString('hex')}`, password: anyPassword() };
      await sql(`create role ${master.user} with login createrole createdb password '${master.password}'`);
      await sql(`alter database ${database} owner to ${master.user}`);
      const asMaster = { ...env(), MIGRATE_USER: master.user, MIGRATE_PASSWORD: master.password };

      expect(await run(asMaster)).toEqual(migrationNames());
      role.password = anyPassword();
      expect(await run({ ...asMaster, ...env() })).toEqual([]);

      await asRole(`insert into beers (name) values ('x')`);
      await sql('create table hops (id serial primary key)', master);
      expect(await asRole('select * from hops')).toEqual([]);
      await expect(asRole('create table t (a int)')).rejects.toMatchObject({ code: '42501' });
    });

    test('follows another one, which is locked once nobody is connected as it', async () => {
      await run(env());
      const before = { ...role };
      const connected = new Client({ ...connection(), ...before });
      connected.on('error', () => {});
      await connected.connect();
      role = { user: `${before.user}_b`, password: anyPassword() };
      const locking = { ...env(), SERVICE_ROLE_LOCKED: before.user };

      await expect(run(locking)).rejects.toThrow(`SERVICE_ROLE_LOCKED ${before.user} has 1 sessions`);
      await expect(asRole('select 1')).rejects.toMatchObject({ code: '28P01' });
      expect(await sql('select 1 as one', before)).toEqual([{ one: 1 }]);

      await connected.end();
      await poll('nobody is connected as it', async () => {
        const text = `select 1 from pg_stat_activity where usename = '${before.user}'`;
        return (await sql(text)).length === 0;
      });
      for (const _ of ['now', 'again']) expect(await run(locking)).toEqual([]);
      expect(await asRole('select * from beers')).toEqual([]);
      await expect(sql('select 1', before)).rejects.toMatchObject({ code: '28P01' });
      const stored = `select rolcanlogin, rolpassword from pg_authid where rolname = '${before.user}'`;
      expect(await sql(stored)).toEqual([{ rolcanlogin: false, rolpassword: null }]);

      // And back: it is the idle one now.
      const after = { ...role };
      role = { user: before.user, password: anyPassword() };
      await run({ ...env(), SERVICE_ROLE_LOCKED: after.user });
      expect(await asRole('select 1 as one')).toEqual([{ one: 1 }]);
      await expect(sql('select 1', before)).rejects.toMatchObject({ code: '28P01' });
      await expect(sql('select 1', after)).rejects.toMatchObject({ code: '28P01' });
    });

    test('is locked in a new database too, where it is not there yet', async () => {
      expect(await run({ ...env(), SERVICE_ROLE_LOCKED: 'nobody_yet' })).toEqual(migrationNames());
    });

    test('must not be the one who migrates', async () => {
      await expect(run({ SERVICE_ROLE: 'postgres', SERVICE_ROLE_PASSWORD: 'long enough' })).rejects.toThrow(
        'SERVICE_ROLE postgres is',
      );
      const owner = { user: `owner_${randomBytes(6).toString('hex')}`, password: anyPassword() };
      await sql(`create role ${owner.user} with login createrole password '${owner.password}'`);
      await sql(`alter database ${database} owner to ${owner.user}`);
      const asOwner = { POSTGRES_USER: owner.user, POSTGRES_PASSWORD: owner.password };

      await expect(
        run({ ...asOwner, SERVICE_ROLE: owner.user, SERVICE_ROLE_PASSWORD: 'another password' }),
      ).rejects.toThrow(`SERVICE_ROLE ${owner.user} is the one who migrates`);
      expect(await sql('select current_user as me', owner)).toEqual([{ me: owner.user }]);
    });
  });
});
