import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { PassThrough, type Transform } from 'node:stream';
import { finished } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { createBrotliDecompress, createGunzip } from 'node:zlib';
import { describeWithPrograms } from './testing/servers/describe-with';
import { poll } from './testing/servers/poll';
import { type PostgresServer, startPostgres } from './testing/servers/postgres';
import { migrateDatabase } from './testing/servers/service-instance';
import {
  type Bundle,
  buildBundle,
  killServices,
  type ServiceProcess,
  startService,
} from './testing/servers/service-process';

const rows = 200_000;
/** 200 MB. */
const maxRssMiB = 190;

let bundle: Bundle;
let postgres: PostgresServer;
let service: ServiceProcess;
let url: string;

async function open(path: string, headers: Record<string, string> = {}): Promise<IncomingMessage> {
  const sent = request(url + path, { headers, agent: false });
  sent.on('error', () => {});
  sent.end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return response;
}

/** The most memory that the process has ever had resident. */
function peakRssMiB(): number {
  const kib = /^VmHWM:\s+([0-9]+) kB/m.exec(readFileSync(`/proc/${service.pid}/status`, 'utf8'))?.[1];
  return Number(kib) / 1024;
}

const decompressors: Record<string, () => Transform | PassThrough> = {
  identity: () => new PassThrough(),
  gzip: createGunzip,
  br: createBrotliDecompress,
};

/** Takes a list in sips, with pauses. Gives its checksum. */
async function readSlowly(encoding = 'identity'): Promise<string> {
  const response = await open('/data', { 'accept-encoding': encoding });
  expect(response.headers['content-encoding'] ?? 'identity').toBe(encoding);
  const plain = decompressors[encoding]?.() ?? new PassThrough();
  const hash = createHash('sha256');
  plain.on('data', (part) => hash.update(part));
  for await (const part of response) {
    plain.write(part);
    await delay(4);
  }
  plain.end();
  await finished(plain);
  return hash.digest('hex');
}

const running = async () =>
  (await postgres.query(`select 1 from pg_stat_activity where application_name = 'taproom' and state <> 'idle'`))
    .length;

describeWithPrograms(['postgres', 'initdb'], `a list of ${rows} rows`, () => {
  let expected: string;

  beforeAll(async () => {
    bundle = buildBundle();
    postgres = await startPostgres();
    await migrateDatabase(postgres.env);
    await postgres.query(
      `insert into data_record (key, value)
        select 'key ' || n, 'value "' || n || '" é🍺' from generate_series(1, ${rows}) n`,
    );
    await postgres.query('analyze data_record');
    service = startService(bundle, postgres.env);
    await service.ready();
    url = await service.url();
    const stored = await postgres.query('select key, value from data_record order by key collate "C"');
    expected = createHash('sha256').update(JSON.stringify(stored)).digest('hex');
  });
  afterAll(async () => {
    await killServices();
    await postgres?.stop();
    bundle?.remove();
  });

  test.each(['identity', 'gzip', 'br'])(
    `goes whole to 20 slow readers as %s, in less than ${maxRssMiB} MiB`,
    async (encoding) => {
      const hashes = await Promise.all(Array.from({ length: 20 }, () => readSlowly(encoding)));

      expect(new Set(hashes)).toEqual(new Set([expected]));
      expect(peakRssMiB()).toBeLessThan(maxRssMiB);
    },
  );

  test('leaves nothing behind when clients go away', async () => {
    for (let round = 0; round < 4; round += 1) {
      const encodings = ['identity', 'gzip', 'br'];
      await Promise.all(
        Array.from({ length: 30 }, async (_, n) => {
          const response = await open('/data', { 'accept-encoding': encodings[n % 3] as string });
          response.on('error', () => {});
          await once(response, 'readable');
          response.destroy();
        }),
      );
    }
    let quiet = 0;
    await poll('the database is at rest', async () => {
      quiet = (await running()) === 0 ? quiet + 1 : 0;
      return quiet > 10;
    });

    expect((await fetch(`${url}/data?limit=5`)).status).toBe(200);
    expect(peakRssMiB()).toBeLessThan(maxRssMiB);
    expect(service.output()).not.toContain('"level":50');
  });

  test('is cut off when the database goes away in the middle, and the service goes on', async () => {
    const readers = await Promise.all(
      ['identity', 'gzip', 'br'].map(async (encoding) => {
        const response = await open('/data', { 'accept-encoding': encoding });
        response.on('error', () => {});
        const closed = new Promise((resolve) => response.on('close', resolve));
        await once(response, 'readable');
        return { response, closed };
      }),
    );
    await postgres.kill('SIGKILL');
    const ends = await Promise.all(
      readers.map(async ({ response, closed }) => {
        response.resume();
        await closed;
        return response.complete;
      }),
    );
    await postgres.start();

    expect(ends).toEqual([false, false, false]);
    await poll('the service is ready', async () => (await fetch(`${url}/ready`)).status === 200);
    expect(await readSlowly()).toBe(expected);
  });
});
