import { listBaseImages } from '../../service/testing/containers/base-images';
import { runCommand, tryCommand } from '../../service/testing/containers/run-command';
import startEngine from '../../service/testing/containers/start-engine';
import { findProgram } from '../../service/testing/servers/find-program';
import { startedServers } from '../../service/testing/servers/started-servers';
import { findEngine } from '../rehearsal/engine/find-engine';
import { setImageTier, setMissing } from './image-tier';
import { findImageTools } from './image-tools';
import { type RegistryServer, startRegistry } from './registry-server';

const programs = ['docker', 'docker-registry', 'runc', 'openssl', 'postgres', 'initdb'];

/**
 * Before all tests of the tier: Pulumi's engine, its docker-build provider, buildkitd, a Docker engine with the base
 * images, and a registry that has them for BuildKit. What cannot be had leaves its reason for describeImage.
 */
export default async function startImageTier(): Promise<void> {
  const report = (line: string) => process.stderr.write(`image: ${line}\n`);
  try {
    await startTier(report);
  } catch (error) {
    const { message } = error as Error;
    report(`nothing can be tested: ${message}`);
    setMissing(message.split('\n')[0] ?? message);
  }
}

async function startTier(report: (line: string) => void): Promise<void> {
  const absent = programs.filter((name) => findProgram(name) === undefined);
  if (absent.length > 0) throw new Error(`missing programs: ${absent.join(', ')}`);
  if (process.getuid?.() !== 0) throw new Error('buildkitd needs root');
  const engine = await findEngine({ progress: report });
  const toolsFolder = await findImageTools(report);
  await startEngine();
  if (process.env.CONTAINERS_SKIPPED !== undefined) throw new Error(process.env.CONTAINERS_SKIPPED);
  const mirror = await startRegistry();
  startedServers().push(mirror);
  const baseImage = await pushBaseImage(mirror);
  setImageTier({ engineFolder: engine.folder, toolsFolder, mirror: mirror.address, baseImage });
}

/** Gives the name that a build on the mirror has for it, with its digest there. */
async function pushBaseImage({ address }: RegistryServer): Promise<string> {
  const image = listBaseImages().find((name) => name.startsWith('node:'));
  if (image === undefined) throw new Error('the Dockerfile has no base image node:...');
  const target = `${address}/library/${image}`;
  await runCommand('docker', ['tag', image, target]);
  await runCommand('docker', ['push', '--quiet', target]);
  await tryCommand('docker', ['image', 'rm', target]);
  const [name, tag] = image.split(':');
  const accept = [
    'application/vnd.docker.distribution.manifest.v2+json',
    'application/vnd.docker.distribution.manifest.list.v2+json',
    'application/vnd.oci.image.manifest.v1+json',
    'application/vnd.oci.image.index.v1+json',
  ].join(', ');
  const url = `http://${address}/v2/library/${name}/manifests/${tag}`;
  const answer = await fetch(url, { method: 'HEAD', headers: { accept } });
  const digest = answer.headers.get('docker-content-digest');
  if (digest === null) throw new Error(`the mirror has no ${image} (${answer.status})`);
  return `${image}@${digest}`;
}
