import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FolderLockedError, lockFolder } from './folder-lock';

describe('lockFolder', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'taproom-lock-')));
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** Locks the folder in a process of its own. */
  const lockElsewhere = async () => {
    const code = `require('tsx/cjs'); require(${JSON.stringify(join(__dirname, 'folder-lock.ts'))})
      .lockFolder(${JSON.stringify(folder)}).then(() => process.send('locked'), (error) => process.send(error.message));
      setInterval(() => {}, 1000);`;
    const child = fork('-e', [code], { execArgv: [] });
    const [message] = await once(child, 'message');
    const kill = async () => {
      child.kill('SIGKILL');
      await once(child, 'exit');
    };
    return { message, kill };
  };

  test('gives the folder to one at a time, by whatever path, and back', async () => {
    const release = await lockFolder(folder);
    const link = join(folder, 'link');
    await symlink(folder, link);
    for (const path of [folder, `${folder}/.`, link]) await expect(lockFolder(path)).rejects.toThrow(FolderLockedError);
    await release();
    await (await lockFolder(folder))();
  });

  test('names the folder and the setting to who comes second', async () => {
    const release = await lockFolder(folder);
    await expect(lockFolder(folder)).rejects.toThrow(`DATA_DIR ${folder} is in use`);
    await release();
  });

  test('makes a folder that is not there', async () => {
    await (await lockFolder(join(folder, 'new', 'deep')))();
  });

  test('is refused while another process has it, and granted once that was killed, to one only', async () => {
    const other = await lockElsewhere();
    expect(other.message).toBe('locked');
    await expect(lockFolder(folder)).rejects.toThrow(FolderLockedError);
    await other.kill();
    const next = await Promise.all(Array.from({ length: 4 }, lockElsewhere));
    expect(next.filter(({ message }) => message === 'locked')).toHaveLength(1);
    await Promise.all(next.map(({ kill }) => kill()));
    await (await lockFolder(folder))();
  });
});
