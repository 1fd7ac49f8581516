import { mkdtempSync, writeFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCertificateAuthority } from '../../service/testing/servers/certificates';
import { startBuildKit } from './build-kit';
import { type ImageSettings, type ImageStack, openImageStack } from './image-stack';
import { getImageTier } from './image-tier';
import { login, type RegistryServer, startRegistry } from './registry-server';

const clouds = ['aws', 'gcp'] as const;
export type CloudName = (typeof clouds)[number];

/** Two registries that stand for ECR and Artifact Registry, and BuildKit for the stacks that push there. */
export type Workbench = {
  registries: Record<CloudName, RegistryServer>;
  /** The folder of a DOCKER_CONFIG that has the login of both. */
  dockerConfig: string;
  /** For a repository of this name, in these clouds or in both. */
  settings(repository: string, names?: readonly CloudName[]): ImageSettings;
  /** A new clone and stack, whose builder is a BuildKit that is shared and keeps its cache. */
  openStack(): Promise<ImageStack>;
  /** As openStack, with a BuildKit of its own, cold. */
  openColdStack(): Promise<ImageStack>;
  /** As openStack, where neither the builder nor Docker answers. */
  openStackWithoutBuilder(): Promise<ImageStack>;
  stop(): Promise<void>;
};

const builder = 'image-tier';

export async function startWorkbench(): Promise<Workbench> {
  const tier = getImageTier();
  const folder = mkdtempSync(join(tmpdir(), 'taproom-workbench-'));
  const stops: (() => Promise<void>)[] = [() => rm(folder, { recursive: true, force: true })];
  const stop = async () => {
    for (const end of stops.splice(0).reverse()) await end();
  };
  const authority = createCertificateAuthority('registries of a test');
  const authorityFile = join(folder, 'authority.crt');
  writeFileSync(authorityFile, authority.certificate);

  const start = async () => {
    const server = await startRegistry(authority.issue(['IP:127.0.0.1']));
    stops.push(server.stop);
    return server;
  };
  const registries = { aws: await start(), gcp: await start() };
  const dockerConfig = join(folder, 'docker');
  await writeLogins(
    dockerConfig,
    clouds.map((cloud) => registries[cloud].address),
  );
  const startBuilder = async () => {
    const addresses = clouds.map((cloud) => registries[cloud].address);
    const buildKit = await startBuildKit({
      program: join(tier.toolsFolder, 'buildkitd'),
      mirror: tier.mirror,
      trusted: { registries: addresses, authority: authority.certificate },
    });
    stops.push(buildKit.stop);
    return buildKit;
  };
  const shared = await startBuilder();
  let count = 0;
  const openStack = async (endpoint: string) => {
    count += 1;
    const ofStack = join(folder, `docker-${count}`);
    await writeBuilder(ofStack, endpoint);
    const stack = await openImageStack(tier, {
      DOCKER_CONFIG: ofStack,
      // The builder is all that there is of Docker.
      DOCKER_HOST: `unix://${join(folder, 'no-docker')}`,
      // Of the provider, and of the program.
      SSL_CERT_FILE: authorityFile,
      NODE_EXTRA_CA_CERTS: authorityFile,
    });
    stops.push(stack.close);
    return stack;
  };
  return {
    registries,
    dockerConfig,
    settings: (repository, names = clouds) => ({
      registries: Object.fromEntries(
        names.map((cloud) => [
          cloud,
          {
            repository: `${registries[cloud].address}/${repository}`,
            username: login.username,
            password: login.password,
          },
        ]),
      ),
      build: { buildImage: tier.baseImage, runtimeImage: tier.baseImage, builder },
    }),
    openStack: () => openStack(shared.endpoint),
    openColdStack: async () => openStack((await startBuilder()).endpoint),
    openStackWithoutBuilder: () => openStack(`unix://${join(folder, 'nobody-listens')}`),
    stop,
  };
}

/** What `docker buildx create --name NAME --driver remote ENDPOINT` writes. */
async function writeBuilder(dockerConfig: string, endpoint: string): Promise<void> {
  const instances = join(dockerConfig, 'buildx/instances');
  await mkdir(instances, { recursive: true });
  const node = { Name: `${builder}0`, Endpoint: endpoint, Platforms: [], Flags: [], DriverOpts: {}, Files: null };
  writeFileSync(
    join(instances, builder),
    JSON.stringify({ Name: builder, Driver: 'remote', Nodes: [node], Dynamic: false }),
  );
}

/** What `docker login` writes. */
async function writeLogins(dockerConfig: string, addresses: readonly string[]): Promise<void> {
  await mkdir(dockerConfig, { recursive: true });
  const auth = Buffer.from(`${login.username}:${login.password}`).toString('base64');
  const auths = Object.fromEntries(addresses.map((address) => [address, { auth }]));
  writeFileSync(join(dockerConfig, 'config.json'), JSON.stringify({ auths }), { mode: 0o600 });
}
