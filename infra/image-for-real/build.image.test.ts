import { describeImage } from './image-tier';
import { getManifest } from './registry-client';
import { startWorkbench, type Workbench } from './workbench';

describeImage('the image, built and pushed', () => {
  let bench: Workbench;
  beforeAll(async () => {
    bench = await startWorkbench();
  });
  afterAll(() => bench?.stop());

  test('has one digest in both registries, and resolves by it in both', async () => {
    const stack = await bench.openStack();
    const { digest, references } = await stack.up(bench.settings('one/service'));
    expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(references).toEqual({
      aws: `${bench.registries.aws.address}/one/service@${digest}`,
      gcp: `${bench.registries.gcp.address}/one/service@${digest}`,
    });
    for (const reference of Object.values(references)) {
      expect(await getManifest(reference)).toMatchObject({ status: 200, digest });
    }
  });
});
