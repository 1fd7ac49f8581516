import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FolderLockedError, lockFolder } from './folder-lock';

describe('lockFolder', () => {
  let folder: string;
  const killers: (() => Promise<void>)[] = [];
  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'taproom-lock-')));
  });
  afterEach(async () => {
    await Promise.all(killers.splice(0).map((kill) => kill()));
    await rm(folder, { recursive: true });
  });

  /** Processes that try to lock the folder at the same moment. */
  const lockElsewhere = async (count: number) => {
    const code = `const { lockFolder } = (require('tsx/cjs'), require(${JSON.stringify(join(__dirname, 'folder-lock.ts'))}));
      process.on('message', () => lockFolder(${JSON.stringify(folder)}).then(
        () => process.send('locked'), (error) => process.send(error.message)));
      process.send('ready');`;
    const children = Array.from({ length: count }, () => fork('-e', [code], { execArgv: [] }));
    const kill = async () => {
      const alive = children.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
      const exits = alive.map((child) => once(child, 'exit'));
      for (const child of alive) child.kill('SIGKILL');
      await Promise.all(exits);
    };
    killers.push(kill);
    await Promise.all(children.map((child) => once(child, 'message')));
    const answers = children.map((child) => once(child, 'message'));
    for (const child of children) child.send('lock');
    const messages = (await Promise.all(answers)).map(([message]) => message);
    return { messages, kill };
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
    const first = await lockElsewhere(1);
    expect(first.messages).toEqual(['locked']);
    await expect(lockFolder(folder)).rejects.toThrow(FolderLockedError);
    await first.kill();
    for (let round = 0; round < 3; round += 1) {
      const next = await lockElsewhere(4);
      expect(next.messages.filter((message) => message === 'locked')).toHaveLength(1);
      await next.kill();
    }
    await (await lockFolder(folder))();
  });
});
