import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram } from '../servers/find-program';
import { runCommand } from './run-command';

const recipes = join(__dirname, 'stand-ins');
const debian = 'taproom-stand-in-debian';
/** The release of npm that comes with Node 24. */
const npmMajor = '11';
const certificates = '/etc/ssl/certs/ca-certificates.crt';

/**
 * Images made from Debian's packages (debootstrap) and Node's npm package, tagged with the names of those that they
 * stand in for. Made once, then kept in $XDG_CACHE_HOME/taproom or ~/.cache/taproom.
 */
export async function loadStandIns(images: readonly string[], report: (line: string) => void): Promise<void> {
  const archive = join(cacheFolder(), `stand-ins-${recipeHash(images)}.tar`);
  if (!existsSync(archive)) {
    report('making stand-ins for the base images, about two minutes');
    await buildStandIns(images);
    mkdirSync(cacheFolder(), { recursive: true });
    const unfinished = `${archive}.${process.pid}`;
    await runCommand('docker', ['save', '--output', unfinished, ...images]);
    removeArchives();
    renameSync(unfinished, archive);
    return;
  }
  await runCommand('docker', ['load', '--input', archive]);
}

async function buildStandIns(images: readonly string[]): Promise<void> {
  if (findProgram('debootstrap') === undefined) {
    throw new Error('no registry can be reached, and the program debootstrap for stand-ins is not installed');
  }
  const folder = mkdtempSync(join(tmpdir(), 'taproom-stand-ins-'));
  try {
    await importDebian(join(folder, 'debian'));
    for (const image of images) await buildStandIn(image, folder);
    await runCommand('docker', ['image', 'rm', debian]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function importDebian(folder: string): Promise<void> {
  const options = ['--variant=minbase', '--include=ca-certificates'];
  await runCommand('debootstrap', [...options, 'bookworm', folder]);
  rmSync(join(folder, 'var/cache/apt'), { recursive: true, force: true });
  const archive = `${folder}.tar`;
  await runCommand('tar', ['--create', '--numeric-owner', '--file', archive, '--directory', folder, '.']);
  await runCommand('docker', ['import', archive, debian]);
}

async function buildStandIn(image: string, folder: string): Promise<void> {
  const [name = '', tag = ''] = image.split(':');
  if (!readdirSync(recipes).includes(name)) {
    throw new Error(`no stand-in for ${image}: there are those for ${readdirSync(recipes).join(', ')}`);
  }
  const context = join(folder, name);
  cpSync(join(recipes, name), context, { recursive: true });
  if (name === 'node') await addNode(join(context, 'root'), Number.parseInt(tag, 10));
  await runCommand('docker', ['build', '--tag', image, context]);
}

/** Node and npm as the official image lays them out; npm asks the registry, and trusts whom, npm of this machine does. */
async function addNode(root: string, major: number): Promise<void> {
  const packages = join(root, 'packages');
  const npmFolder = join(root, 'usr/local/lib/node_modules/npm');
  const bin = join(root, 'usr/local/bin');
  for (const path of [packages, npmFolder, bin, join(root, 'usr/local/etc'), join(root, 'etc/ssl/certs')]) {
    mkdirSync(path, { recursive: true });
  }
  const node = `node-linux-${process.arch}@${major}`;
  await runCommand('npm', ['pack', '--silent', '--pack-destination', packages, node, `npm@${npmMajor}`]);
  const unpack = async (prefix: string, ...args: string[]) => {
    const file = readdirSync(packages).find((archive) => archive.startsWith(prefix));
    if (file === undefined) throw new Error(`npm pack gave no archive ${prefix}*`);
    await runCommand('tar', ['--extract', '--file', join(packages, file), ...args]);
  };
  await unpack('node-linux-', '--directory', bin, '--strip-components=2', 'package/bin/node');
  await unpack('npm-', '--directory', npmFolder, '--strip-components=1');
  rmSync(packages, { recursive: true });
  for (const command of ['npm', 'npx']) {
    symlinkSync(`../lib/node_modules/npm/bin/${command}-cli.js`, join(bin, command));
  }
  const registry = await runCommand('npm', ['config', 'get', 'registry']);
  writeFileSync(join(root, 'usr/local/etc/npmrc'), `registry=${registry}\ncafile=${certificates}\n`);
  const trusted = [process.env.NODE_EXTRA_CA_CERTS, certificates].find((file) => file && existsSync(file));
  if (trusted !== undefined) cpSync(trusted, join(root, certificates), { dereference: true });
}

function recipeHash(images: readonly string[]): string {
  const hash = createHash('sha256').update(JSON.stringify([images, process.arch]));
  const files = readdirSync(recipes, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const path of [__filename, ...files.map((entry) => join(entry.parentPath, entry.name)).sort()]) {
    hash.update(readFileSync(path));
  }
  return hash.digest('hex').slice(0, 16);
}

/** Those of older recipes: each has some hundred megabytes. */
function removeArchives(): void {
  for (const name of readdirSync(cacheFolder())) {
    if (/^stand-ins-[0-9a-f]+\.tar$/.test(name)) rmSync(join(cacheFolder(), name));
  }
}

function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'taproom');
}
