import { buildImage, readRecipe } from './build-image';
import { createFakeSurroundings } from './testing/fake-surroundings';

const digest = `sha256:${'a'.repeat(64)}`;
const other = `sha256:${'b'.repeat(64)}`;
const aws = '123456789012.dkr.ecr.us-east-1.amazonaws.com/taproom-images';
const gcp = 'us-central1-docker.pkg.dev/my-project-123/taproom-images/service';
const env = { IMAGE_REPOSITORY_AWS: aws, IMAGE_REPOSITORY_GCP: gcp };
const { tag } = readRecipe();
const inspect = (repository: string) => `docker buildx imagetools inspect ${repository}:${tag}`;
const has = (found: string) => ({ stdout: JSON.stringify(found) });
const lacks = { code: 1, stderr: 'not found' };

describe('buildImage', () => {
  test('builds nothing that both repositories have', async () => {
    const runner = createFakeSurroundings({
      env,
      programs: { [inspect(aws)]: has(digest), [inspect(gcp)]: has(digest) },
    });
    expect(await buildImage(runner)).toBe(digest);
    expect(runner.commands.filter((line) => !line.startsWith('docker buildx imagetools inspect'))).toEqual([]);
  });

  test('copies what only one repository has, byte by byte', async () => {
    const runner = createFakeSurroundings({ env, programs: { [inspect(aws)]: lacks, [inspect(gcp)]: has(digest) } });
    expect(await buildImage(runner)).toBe(digest);
    expect(runner.commands.at(-1)).toBe(
      `docker buildx imagetools create --prefer-index=false --tag ${aws}:${tag} ${gcp}@${digest}`,
    );
  });

  test('refuses a tag that is another image in each repository', async () => {
    const runner = createFakeSurroundings({
      env,
      programs: { [inspect(aws)]: has(digest), [inspect(gcp)]: has(other) },
    });
    await expect(buildImage(runner)).rejects.toThrow(`aws has ${digest}, gcp has ${other}`);
  });

  test('says what is missing', async () => {
    await expect(buildImage(createFakeSurroundings())).rejects.toThrow('IMAGE_REPOSITORY_AWS or IMAGE_REPOSITORY_GCP');
  });

  test('builds one manifest for all repositories, reproducibly', async () => {
    const runner = createFakeSurroundings({ env, programs: { [inspect(aws)]: lacks, [inspect(gcp)]: lacks } });
    // The fake writes no metadata.
    await expect(buildImage(runner)).rejects.toThrow('metadata.json');
    const build = runner.commands.at(-1);
    for (const part of [
      `--tag ${aws}:${tag} --tag ${gcp}:${tag}`,
      '--provenance=false --sbom=false',
      'type=image,push=true,rewrite-timestamp=true',
      '--build-arg SOURCE_DATE_EPOCH=',
    ]) {
      expect(build).toContain(part);
    }
  });
});
