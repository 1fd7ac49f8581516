import { createHash } from 'node:crypto';
import { mkdir, realpath, rm, stat } from 'node:fs/promises';
import { createServer, connect as openSocket, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Thrown when another process of this machine holds the folder. */
export class FolderLockedError extends Error {
  constructor(folder: string) {
    super(
      `DATA_DIR ${folder} is in use by another process. Stop that process, or set DATA_DIR to another folder: ` +
        'two processes on one embedded database would lose rows',
    );
    this.name = 'FolderLockedError';
  }
}

/**
 * Takes the folder for this process; resolves to the function that gives it back. The lock is a local socket named
 * after the folder, which the system closes even when the process is killed, so no stale lock is ever believed.
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  await mkdir(folder, { recursive: true });
  const name = `taproom-${createHash('sha256')
    .update(await realpath(folder))
    .digest('hex')
    .slice(0, 24)}`;
  const path = process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : join(tmpdir(), `${name}.lock`);
  const server = (await listen(path)) ?? ((await isAnswered(path)) ? undefined : await takeOver(path));
  if (server === undefined) throw new FolderLockedError(folder);
  return () => new Promise((resolve) => server.close(() => resolve()));
}

/**
 * The socket file of a killed process stays behind. One process at a time removes it, once nobody answers there: else
 * one of several would remove what another has just made.
 */
async function takeOver(path: string): Promise<Server | undefined> {
  const guard = `${path}.takeover`;
  if (!(await makeGuard(guard))) return undefined;
  try {
    if (await isAnswered(path)) return undefined;
    await rm(path, { force: true });
    return await listen(path);
  } finally {
    await rm(guard, { recursive: true, force: true });
  }
}

/** Far more than a take-over lasts: a guard of this age was left by a process that was killed in the middle of it. */
const guardLifeMs = 10_000;

async function makeGuard(guard: string): Promise<boolean> {
  const age = await stat(guard).then(
    ({ mtimeMs }) => Date.now() - mtimeMs,
    () => 0,
  );
  if (age > guardLifeMs) await rm(guard, { recursive: true, force: true });
  return mkdir(guard).then(
    () => true,
    () => false,
  );
}

function listen(path: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error),
    );
    server.listen(path, () => resolve(server.unref()));
  });
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = openSocket(path, () => {
      socket.destroy();
      resolve(true);
    });
    // Refused or gone: nobody listens any more. Anything else (no permission, say): somebody may.
    socket.once('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code !== 'ECONNREFUSED' && error.code !== 'ENOENT'),
    );
  });
}
