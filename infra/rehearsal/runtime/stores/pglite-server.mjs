// Stands in for a Postgres server where the machine has none: PGlite behind the wire protocol, as a program of its own, so that
// it can be stopped and hung like one. One session serves all connections in turn: what a session keeps (SET, advisory locks) is
// not theirs alone. Arguments: a file to write the port to, a file with the password of the first superuser.
import { createHash, createHmac, pbkdf2Sync, timingSafeEqual } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { PGlite } from '@electric-sql/pglite';

const [portFile, passwordFile] = process.argv.slice(2);
const db = await PGlite.create();
/** Who answers for the server itself: the first superuser may be renamed. */
const root = 'pglite_root';
await db.exec(`create role ${root} superuser`);
await db.exec(`alter role postgres password '${readFileSync(passwordFile, 'utf8').replaceAll("'", "''")}'`);

/** Source: https://www.postgresql.org/docs/current/protocol-message-formats.html */
const protocolVersion3 = 196_608;
const parameters = {
  server_version: (await db.query('show server_version')).rows[0].server_version,
  server_encoding: 'UTF8',
  client_encoding: 'UTF8',
  DateStyle: 'ISO, MDY',
  integer_datetimes: 'on',
  standard_conforming_strings: 'on',
  TimeZone: 'UTC',
};

let connections = 0;
let currentUser;
let turn = Promise.resolve();

createServer((socket) => {
  connections += 1;
  serve(socket, `c${connections}_`).catch(() => socket.destroy());
}).listen(0, '127.0.0.1', function () {
  writeFileSync(portFile, String(this.address().port));
});

async function serve(socket, prefix) {
  const messages = readMessages(socket);
  socket.on('error', () => socket.destroy());
  const startup = (await messages.next()).value;
  if (startup === undefined || startup.body.readUInt32BE(0) !== protocolVersion3) return socket.end();
  const words = startup.body.subarray(4).toString().split('\0');
  const user = words[words.indexOf('user') + 1];
  socket.write(message('R', int32(3)));
  const answer = (await messages.next()).value;
  if (answer?.type !== 'p') return socket.end();
  if (!(await isPasswordOf(user, answer.body.subarray(0, -1).toString()))) {
    return socket.end(errorResponse('28P01', `password authentication failed for user "${user}"`));
  }
  socket.write(message('R', int32(0)));
  for (const [name, value] of Object.entries(parameters))
    socket.write(message('S', Buffer.from(`${name}\0${value}\0`)));
  socket.write(
    Buffer.concat([message('K', Buffer.concat([int32(connections), int32(0)])), message('Z', Buffer.from('I'))]),
  );

  /** Lets the next connection in; undefined while this one has no turn. */
  let yieldTurn;
  let batch = [];
  try {
    await answerAll();
  } finally {
    if (yieldTurn !== undefined) {
      await db.execProtocolRaw(message('Q', Buffer.from('rollback\0')));
      yieldTurn();
    }
  }
  socket.end();

  async function answerAll() {
    for await (const { type, body } of messages) {
      if (type === 'X') return;
      batch.push(message(type, ownNames(type, body, prefix)));
      // An answer comes at the end of a query, or of a pipeline.
      if (!['Q', 'S', 'H', 'F'].includes(type)) continue;
      yieldTurn ??= await takeTurn(user);
      const answer = Buffer.from(await db.execProtocolRaw(Buffer.concat(batch)));
      batch = [];
      socket.write(answer);
      // The turn is kept until the transaction ends: the last byte of ReadyForQuery says whether it has.
      if (answer.at(-1) === 'I'.charCodeAt(0) && answer.at(-6) === 'Z'.charCodeAt(0)) {
        yieldTurn();
        yieldTurn = undefined;
      }
    }
  }
}

/** As this user, or for the server itself. Gives what ends the turn. */
async function takeTurn(user = root) {
  const before = turn;
  let done;
  turn = new Promise((resolve) => {
    done = resolve;
  });
  await before;
  if (currentUser === user) return done;
  try {
    currentUser = undefined;
    // PGlite's own default for it is lost once it was set.
    await db.exec(`set session authorization ${root}; reset all; set session authorization ${quote(user)}`);
    currentUser = user;
    return done;
  } catch (error) {
    done();
    throw error;
  }
}

/** Reads the start-up message, then typed ones, until the client leaves. */
async function* readMessages(socket) {
  let buffer = Buffer.alloc(0);
  let headLength = 0;
  for await (const chunk of socket) {
    buffer = Buffer.concat([buffer, chunk]);
    while (buffer.length >= headLength + 4 && buffer.length >= headLength + buffer.readUInt32BE(headLength)) {
      const end = headLength + buffer.readUInt32BE(headLength);
      const type = headLength === 0 ? undefined : String.fromCharCode(buffer[0]);
      yield { type, body: buffer.subarray(headLength + 4, end) };
      buffer = buffer.subarray(end);
      headLength = 1;
    }
  }
}

/** Named statements and portals belong to a connection: each gets names of its own in the one session. */
function ownNames(type, body, prefix) {
  const own = Buffer.from(prefix);
  if (type === 'P') return body[0] === 0 ? body : Buffer.concat([own, body]);
  if (type === 'B') {
    const portalEnd = body.indexOf(0) + 1;
    return body[portalEnd] === 0 ? body : Buffer.concat([body.subarray(0, portalEnd), own, body.subarray(portalEnd)]);
  }
  const isOfStatement = (type === 'D' || type === 'C') && body[0] === 'S'.charCodeAt(0) && body[1] !== 0;
  return isOfStatement ? Buffer.concat([body.subarray(0, 1), own, body.subarray(1)]) : body;
}

/** Against the stored SCRAM verifier. Source: RFC 5803. */
async function isPasswordOf(user, password) {
  const yieldTurn = await takeTurn();
  const { rows } = await db
    .query('select rolpassword from pg_authid where rolname = $1 and rolcanlogin', [user])
    .finally(yieldTurn);
  const [, iterations, salt, storedKey] =
    /^SCRAM-SHA-256\$(\d+):([^$]+)\$([^:]+):/.exec(rows[0]?.rolpassword ?? '') ?? [];
  if (storedKey === undefined) return false;
  const salted = pbkdf2Sync(password.normalize('NFKC'), Buffer.from(salt, 'base64'), Number(iterations), 32, 'sha256');
  const clientKey = createHmac('sha256', salted).update('Client Key').digest();
  return timingSafeEqual(createHash('sha256').update(clientKey).digest(), Buffer.from(storedKey, 'base64'));
}

function message(type, body) {
  return Buffer.concat([Buffer.from(type), int32(body.length + 4), body]);
}

function errorResponse(code, text) {
  return message('E', Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${text}\0\0`));
}

function int32(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function quote(name) {
  return `"${name.replaceAll('"', '""')}"`;
}
