import { createServer, type ServerResponse } from 'node:http';
import { Redis } from 'ioredis';
import { Pool } from 'pg';

// What the service is measured against: node:http doing the obvious work of each route, with no checks, no logs and
// no shared reads. Listens on PORT; stores from POSTGRES_* and REDIS_* as for the service.
const pool = new Pool({
  host: process.env.POSTGRES_HOST,
  port: Number(process.env.POSTGRES_PORT),
  user: process.env.POSTGRES_USER,
  password: process.env.POSTGRES_PASSWORD,
  database: process.env.POSTGRES_DB,
  max: 5,
});
const redis = new Redis(Number(process.env.REDIS_PORT), process.env.REDIS_HOST as string);

const sendJson = (response: ServerResponse, value: unknown) => {
  response.setHeader('content-type', 'application/json; charset=utf-8');
  response.end(JSON.stringify(value));
};

createServer(async (request, response) => {
  const { method, url = '/' } = request;
  if (method === 'POST' && url === '/data') {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { key, value } = JSON.parse(body);
    await pool.query(
      'insert into data_record (key, value) values ($1, $2) on conflict (key) do update set value = excluded.value',
      [key, value],
    );
    sendJson(response, { message: 'Updated existing record.', key, value });
  } else if (url.startsWith('/api/')) {
    sendJson(response, { success: true, answer: Number(url.slice(5)) + 1 });
  } else if (url.startsWith('/users/')) {
    response.setHeader('content-type', 'application/json; charset=utf-8');
    response.end(await redis.get(`user:${url.slice(7)}`));
  } else if (url === '/users') {
    sendJson(response, (await pool.query('select id, name, email from users order by id')).rows);
  } else if (url.startsWith('/data/')) {
    sendJson(response, (await pool.query('select key, value from data_record where key = $1', [url.slice(6)])).rows[0]);
  } else {
    response.setHeader('content-type', 'text/plain; charset=utf-8');
    response.end('Hello, World!');
  }
}).listen(Number(process.env.PORT), '127.0.0.1');
