import { createHash } from 'node:crypto';
import { access, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '../rehearsal/engine/cache-folder';
import { runProgram } from '../rehearsal/engine/run-program';

const modules = join(__dirname, 'go');

/** Real programs that no registry of this machine gives as such, each built from a Go module of its own. */
const programs = [
  {
    folder: 'docker-build',
    binary: 'pulumi-resource-docker-build',
    module: 'github.com/pulumi/pulumi-docker-build',
    command: 'provider/cmd/pulumi-resource-docker-build',
    versionVariable: 'provider.Version',
  },
  {
    folder: 'buildkit',
    binary: 'buildkitd',
    module: 'github.com/moby/buildkit',
    command: 'cmd/buildkitd',
    versionVariable: 'version.Version',
  },
] as const;

type Program = (typeof programs)[number];

/**
 * The folder that holds Pulumi's docker-build provider and buildkitd: as it was built before, else built now, which takes
 * minutes. Throws with what Go says when they cannot be built.
 */
export async function findImageTools(report: (line: string) => void): Promise<string> {
  const folder = join(cacheFolder(), `image-tools-${await hashModules()}`);
  if (await exists(folder)) return folder;
  const unfinished = `${folder}.building-${process.pid}`;
  await mkdir(unfinished, { recursive: true });
  try {
    for (const program of programs) {
      report(`building ${program.binary} with Go, once`);
      await build(program, join(unfinished, program.binary));
    }
    await removeOlder();
    await rename(unfinished, folder);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return folder;
}

async function build(program: Program, target: string): Promise<void> {
  const { folder, binary, module, command, versionVariable } = program;
  const flags = `-s -w -X ${module}/${versionVariable}=${await readVersion(folder, module)}`;
  const { code, stderr } = await runProgram('go', ['build', '-ldflags', flags, '-o', target, `${module}/${command}`], {
    cwd: join(modules, folder),
    // The committed go.sum is the check; the public checksum database may be out of reach.
    env: { ...process.env, CGO_ENABLED: '0', GOSUMDB: 'off', GOFLAGS: '-mod=readonly -buildvcs=false', GOWORK: 'off' },
  });
  if (code !== 0) throw new Error(`${binary} cannot be built (Go 1.26 or newer is needed):\n${stderr.trim()}`);
}

/** Of a module that the go.mod of a folder of go/ requires, as 1.2.3. */
async function readVersion(folder: string, module: string): Promise<string> {
  const text = await readFile(join(modules, folder, 'go.mod'), 'utf8');
  const version = text.match(new RegExp(`^(?:require)?\\s*${module} v(\\S+)`, 'm'))?.[1];
  if (version === undefined) throw new Error(`${folder}/go.mod does not require ${module}`);
  return version;
}

/** Whatever decides what is built: another version gets another folder. */
async function hashModules(): Promise<string> {
  const hash = createHash('sha256').update(process.arch);
  const entries = await readdir(modules, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  for (const file of [__filename, ...files.sort()]) hash.update(await readFile(file));
  return hash.digest('hex').slice(0, 16);
}

async function removeOlder(): Promise<void> {
  for (const name of await readdir(cacheFolder())) {
    if (/^image-tools-[0-9a-f]{16}$/.test(name)) await rm(join(cacheFolder(), name), { recursive: true });
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
