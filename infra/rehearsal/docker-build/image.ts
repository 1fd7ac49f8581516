import type { Image, ImageArgs } from '@pulumi/docker-build';
import type { Unwrap } from '@pulumi/pulumi';
import type { Cloud } from '../cloud/cloud';
import { putImage } from '../cloud/image-engine';
import { Refusal } from '../cloud/refusal';
import { findRepository, findStoredImage, type Login, parseReference, pushImage } from '../cloud/registry';
import { type Lifecycle, type OutputsOf, resource } from '../declare';
import { DockerfileError } from '../runtime/images/parse-dockerfile';
import { hashBuildContext, readBuildContext } from './build-context';
import { givesDigest, planExports } from './export-plan';

type Args = Unwrap<ImageArgs>;
type Outputs = OutputsOf<Image>;

const hostPlatform = 'linux/amd64';

export const image = resource<Image, ImageArgs>({
  token: 'docker-build:index:Image',
  // What is pushed belongs to the registries.
  stateOnly: true,
  // Tokens for registries are new in every run; the address and the name of the user are compared.
  notCompared: ['registries.password'],
  changesOnUpdate: ['digest', 'ref', 'contextHash'],
  empty: ['digest', 'ref'],
  seconds: { create: 60, update: 60, delete: 1 },
  id: ({ name }) => name,
  outputs: ({ inputs, cloud }) => ({ contextHash: hashOf(cloud, inputs) }),
  observed: ({ inputs, cloud }) => (isLocal(inputs) ? { contextHash: hashOf(cloud, inputs) } : {}),
  create: buildAndExport,
  update: buildAndExport,
  read: noteMissingTags,
  delete: ({ cloud, entity }) => {
    for (const tag of entity.outputs.tags ?? []) deleteManifest(cloud, tag, entity.outputs.digest);
    return 'gone';
  },
});

/** In a preview a location may be unknown, and there is nothing to look at. */
function isLocal({ context, dockerfile }: Args): boolean {
  return [context?.location, dockerfile?.location, dockerfile?.inline].every((text) =>
    ['string', 'undefined'].includes(typeof text),
  );
}

function hashOf(cloud: Cloud, inputs: Args): string {
  return hashBuildContext(readBuildContext(cloud, inputs));
}

async function buildAndExport({ inputs, cloud, entity, log }: Lifecycle<Args, Outputs>): Promise<void> {
  const plans = planExports(inputs);
  if (plans.length === 0) {
    log(
      'warning',
      'No exports were specified so the build will only remain in the local build cache. Use `push` to upload the image to a registry, or silence this warning with a `cacheonly` export.',
    );
  }
  const [platform = hostPlatform, another] = inputs.platforms ?? [];
  if (another !== undefined) throw new Refusal('not simulated: an image of several platforms');
  const { folder, dockerfile } = readBuildContext(cloud, inputs);
  const built = await cloud.runtime.images
    .build({
      contextFolder: folder,
      dockerfile,
      ...(inputs.target !== undefined && { target: inputs.target }),
      platform,
      buildArgs: inputs.buildArgs ?? {},
      labels: inputs.labels ?? {},
    })
    .catch((error: unknown) => {
      if (error instanceof DockerfileError) throw new Refusal(`failed to solve: ${error.message}`);
      throw error;
    });
  for (const plan of plans.filter(({ isPushed }) => isPushed)) {
    for (const reference of new Set([...(inputs.tags ?? []), ...plan.names])) {
      const login = loginFor(inputs, reference);
      pushImage(cloud, { reference, digest: built.digest, platform, login });
    }
  }
  const tags = inputs.tags ?? [];
  if (plans.some(({ isLoaded }) => isLoaded)) {
    for (const tag of tags) putImage(cloud, tag, { id: built.digest, repoDigest: '' });
  }
  const digest = plans.some(givesDigest) ? built.digest : '';
  entity.outputs = { ...entity.outputs, digest, ref: refOf(tags, digest) };
}

/** Of the first tag that names a registry. With several registries it is the one of them that happens to be first. */
function refOf(tags: readonly string[], digest: string): string {
  const tag = tags.find((candidate) => parseReference(candidate) !== undefined);
  if (tag === undefined || digest === '') return tag ?? tags[0] ?? '';
  return `${/:[^/]*$/.test(tag) ? tag : `${tag}:latest`}@${digest}`;
}

/** As `docker login` keeps them: one login for each host, the last one counts. */
function loginFor({ registries = [] }: Args, reference: string): Login | undefined {
  const host = parseReference(reference)?.host;
  const found = registries.findLast(({ address }) => hostOf(address) === host);
  if (!found) return undefined;
  return { username: found.username ?? '', password: found.password ?? '' };
}

function hostOf(address: string): string {
  return address.replace(/^https?:\/\//, '').split('/')[0] ?? '';
}

/** An image that a registry has lost is pushed again by the next update. */
function noteMissingTags({ cloud, entity }: Lifecycle<Args, Outputs>): void {
  const { digest, tags = [] } = entity.outputs;
  const pushed = tags.filter((tag) => parseReference(tag) !== undefined);
  if (digest === '' || !planExports(entity.inputs).some(({ isPushed }) => isPushed)) return;
  const isComplete = pushed.every((tag) => findStoredImage(cloud, tag)?.digest === digest);
  if (!isComplete) entity.outputs = { ...entity.outputs, contextHash: '' };
}

/** The provider tries, and does not mind when it cannot. */
function deleteManifest(cloud: Cloud, tag: string, digest: string): void {
  const reference = parseReference(tag);
  const found = reference && findRepository(cloud, reference.repository);
  found?.repository.images.delete(`${found.name}@${digest}`);
}
