import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ImageBuild } from '../runtime';
import { buildImage, type RunHook, type RunStep } from './build-image';

let folder: string;
let contextFolder: string;
let count = 0;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rehearsal-images-'));
  contextFolder = join(folder, 'context');
  write('main.js', '1');
  write('lib/a.js', 'a');
  write('lib/deep/b.js', 'b');
  write('notes.md', 'notes');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string): void {
  mkdirSync(join(contextFolder, name, '..'), { recursive: true });
  writeFileSync(join(contextFolder, name), text);
}

function build(dockerfile: string, more: Partial<ImageBuild> = {}, run: RunHook = async () => false) {
  count += 1;
  const request = { contextFolder, dockerfile, platform: 'linux/amd64', buildArgs: {}, ...more };
  return buildImage(request, { folder: join(folder, `stages-${count}`), run });
}

describe('buildImage', () => {
  test('reads the configuration of the last stage, with its arguments and what it inherits', async () => {
    const { image } = await build(
      `ARG BASE=node:24
       FROM \${BASE} AS base
       ENV PATH=/base A=1
       WORKDIR /srv
       CMD ["lost"]
       FROM base
       ARG PORT=80
       ARG VERSION
       ENV A=2 B="\${A} and \${A}"
       WORKDIR app
       USER 1000:1000
       EXPOSE \${PORT}/tcp 9090
       HEALTHCHECK CMD true
       ENTRYPOINT ["node", "main.js"]
       LABEL version=$VERSION
      `,
      { buildArgs: { VERSION: '3' }, labels: { team: 'brewing' } },
    );
    expect(image).toMatchObject({
      env: { PATH: '/base', A: '2', B: '1 and 1' },
      workdir: '/srv/app',
      user: '1000:1000',
      exposedPorts: [80, 9090],
      entrypoint: ['node', 'main.js'],
      command: [],
      labels: { version: '3', team: 'brewing' },
      platform: 'linux/amd64',
    });
  });

  test('copies files, folders and patterns, but not what is ignored', async () => {
    write('.dockerignore', '*.md\n');
    const { root } = await build(
      'FROM scratch AS a\nWORKDIR /a\nCOPY lib ./lib/\nCOPY *.js renamed.js\nFROM scratch\nCOPY --from=a --chmod=755 /a/ /app/\nCOPY . /all/\n',
    );
    const read = (path: string) => readFileSync(join(root, path), 'utf8');
    expect([read('app/lib/deep/b.js'), read('app/renamed.js'), read('all/lib/a.js')]).toEqual(['b', '1', 'a']);
    expect(existsSync(join(root, 'all/notes.md'))).toBe(false);
  });

  test.each([
    ['COPY missing.js ./', '"/missing.js": not found'],
    ['COPY ../secret ./', 'forbidden path outside the build context'],
    ['COPY --from=nowhere /a /b', 'not simulated: COPY --from=nowhere'],
    ['ADD https://example.com/a /a', 'not simulated: ADD of a URL'],
    ['RUN npm ci', 'line 2: not simulated: RUN npm ci'],
    ['EXPOSE http', 'invalid containerPort'],
    ['ONBUILD RUN true', 'not simulated: ONBUILD'],
  ])('refuses %s', async (line, message) => {
    await expect(build(`FROM scratch\n${line}\n`)).rejects.toThrow(message);
  });

  test('lets the scenario do what commands do, where they run', async () => {
    const steps: RunStep[] = [];
    const { root } = await build(
      'FROM scratch AS make\nARG MODE=fast\nWORKDIR /src\nRUN make $MODE\nFROM scratch\nCOPY --from=make /src/made /made\n',
      {},
      async (step) => {
        steps.push(step);
        writeFileSync(join(step.root, step.workdir, 'made'), 'made');
        return true;
      },
    );
    expect(readFileSync(join(root, 'made'), 'utf8')).toBe('made');
    expect(steps).toMatchObject([{ stage: 'make', command: 'make $MODE', workdir: '/src', env: { MODE: 'fast' } }]);
  });

  test('gives one digest to one tree, and another to any other', async () => {
    const dockerfile = 'FROM scratch\nARG A\nCOPY . /app/\nCMD ["node", "main.js"]\n';
    const digestOf = async (...args: Parameters<typeof build>) => (await build(...args)).image.digest;
    const first = await digestOf(dockerfile);
    utimesSync(join(contextFolder, 'main.js'), 1, 1);
    expect(await digestOf(dockerfile)).toBe(first);
    const others = [
      await digestOf(dockerfile, { platform: 'linux/arm64' }),
      await digestOf(dockerfile, { labels: { a: 'b' } }),
      await digestOf(`${dockerfile}USER 1\n`),
    ];
    chmodSync(join(contextFolder, 'main.js'), 0o755);
    others.push(await digestOf(dockerfile));
    write('lib/a.js', 'changed');
    others.push(await digestOf(dockerfile));
    expect(new Set([first, ...others]).size).toBe(6);
  });
});
