import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Value } from 'typebox/value';
import { StackConfigSchema } from '../config';
import { imageRecipe } from '../image';
import { parseDigest, type Repositories, readRepositories } from './repositories';
import { mustRun, type Surroundings, setStepOutput } from './surroundings';

/** The image as the stacks build it: the same base images, arguments and tag, so the same digest. */
export function readRecipe(): ReturnType<typeof imageRecipe> {
  const { build } = StackConfigSchema.properties;
  return imageRecipe(Value.Parse(build, Value.Default(build, {})));
}

/**
 * Builds the image once and pushes it to every shared repository, or finds it there: a commit that changes nothing of the
 * image, and a job that is run again, build nothing. Gives the digest, which is the same in all of them.
 */
export async function buildImage(surroundings: Surroundings): Promise<string> {
  const repositories = readRepositories(surroundings);
  const recipe = readRecipe();
  const found = await findDigests(surroundings, repositories, recipe.tag);
  const digests = new Set(Object.values(found));
  if (digests.size > 1)
    throw new Error(`the tag ${recipe.tag} is another image in each repository: ${describe(found)}`);
  const [known] = digests;
  const digest = known ?? (await buildAndPush(surroundings, recipe, Object.values(repositories)));
  if (known !== undefined) await copyMissing(surroundings, { repositories, found, tag: recipe.tag, digest });
  surroundings.say(`${known === undefined ? 'built' : 'found'} ${recipe.tag}: ${digest}`);
  setStepOutput(surroundings, 'digest', digest);
  setStepOutput(surroundings, 'reference', `${Object.values(repositories)[0]}@${digest}`);
  return digest;
}

async function findDigests(
  { run }: Surroundings,
  repositories: Repositories,
  tag: string,
): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const [cloud, repository] of Object.entries(repositories)) {
    const format = ['--format', '{{json .Manifest.Digest}}'];
    const { code, stdout } = await run('docker', [
      'buildx',
      'imagetools',
      'inspect',
      `${repository}:${tag}`,
      ...format,
    ]);
    // Not there, or not to be seen: the push then says which.
    if (code === 0) found[cloud] = parseDigest(String(JSON.parse(stdout)));
  }
  return found;
}

async function buildAndPush(
  surroundings: Surroundings,
  { context, platform, buildArgs, tag }: ReturnType<typeof imageRecipe>,
  repositories: readonly string[],
): Promise<string> {
  const folder = mkdtempSync(path.join(tmpdir(), 'taproom-build-'));
  const metadata = path.join(folder, 'metadata.json');
  const args = [
    ...['buildx', 'build', '--platform', platform, '--metadata-file', metadata],
    ...Object.entries(buildArgs).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]),
    ...repositories.flatMap((repository) => ['--tag', `${repository}:${tag}`]),
    // One manifest and no index: App Runner and Lambda take nothing else, and the digest is that of the stacks' own build.
    ...['--provenance=false', '--sbom=false', '--output', 'type=image,push=true,rewrite-timestamp=true'],
    context,
  ];
  try {
    await mustRun(surroundings, 'docker', args, { isShown: true });
    const built = JSON.parse(readFileSync(metadata, 'utf8')) as Record<string, unknown>;
    return parseDigest(String(built['containerimage.digest']));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Byte by byte: without `--prefer-index=false` a copy gets an index, and so another digest. */
async function copyMissing(
  surroundings: Surroundings,
  image: { repositories: Repositories; found: Record<string, string>; tag: string; digest: string },
): Promise<void> {
  const { repositories, found, tag, digest } = image;
  const source = Object.keys(found)[0] ?? '';
  for (const [cloud, repository] of Object.entries(repositories)) {
    if (found[cloud] !== undefined) continue;
    const names = ['--tag', `${repository}:${tag}`, `${repositories[source]}@${digest}`];
    await mustRun(surroundings, 'docker', ['buildx', 'imagetools', 'create', '--prefer-index=false', ...names]);
  }
}

function describe(found: Record<string, string>): string {
  return Object.entries(found)
    .map(([cloud, digest]) => `${cloud} has ${digest}`)
    .join(', ');
}
