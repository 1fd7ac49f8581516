import { createHash } from 'node:crypto';
import { mkdir, realpath, rename, rm } from 'node:fs/promises';
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
 * The socket file of a killed process stays behind. It is moved away before it is removed: of several processes that
 * find it, one may hold a lock already by the time another would remove it.
 */
async function takeOver(path: string): Promise<Server | undefined> {
  const left = `${path}.${process.pid}`;
  const isMoved = await rename(path, left).then(
    () => true,
    () => false,
  );
  if (isMoved && (await isAnswered(left))) {
    await rename(left, path);
    return undefined;
  }
  await rm(left, { force: true });
  return listen(path);
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
