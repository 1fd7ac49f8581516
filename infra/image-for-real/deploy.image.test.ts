import { describeImage } from './image-tier';
import { startWorkbench, type Workbench } from './workbench';

describeImage('a deployment', () => {
  let bench: Workbench;
  beforeAll(async () => {
    bench = await startWorkbench();
  });
  afterAll(() => bench?.stop());

  describe('with taproom:imageDigest', () => {
    test('takes an image that is there, where nothing can build', async () => {
      const built = await (await bench.openStack()).up(bench.settings('existing'));
      const stack = await bench.openStackWithoutBuilder();
      expect(await stack.up({ ...bench.settings('existing'), imageDigest: built.digest })).toEqual(built);
    });

    test('is refused when one registry lacks the image, naming the registry and the setting', async () => {
      const { digest } = await (await bench.openStack()).up(bench.settings('half', ['aws']));
      const stack = await bench.openStackWithoutBuilder();
      const { code, stdout } = await stack.tryUp({ ...bench.settings('half'), imageDigest: digest });
      const { aws, gcp } = bench.registries;
      expect(code).not.toBe(0);
      expect(stdout).toContain(
        `taproom:imageDigest ${digest} must be in ${gcp.address}/half: push it there, or remove`,
      );
      expect(stdout).not.toContain(`must be in ${aws.address}`);
    });
  });

  describe('that cannot build', () => {
    test('names the registry that refuses the login, without the password', async () => {
      const settings = bench.settings('refused');
      const logins = Object.entries(settings.registries).map(([cloud, registry]) => [
        cloud,
        { ...registry, password: 'wrong-password' },
      ]);
      const stack = await bench.openStack();
      const { code, stdout, stderr } = await stack.tryUp({ ...settings, registries: Object.fromEntries(logins) });
      expect(code).not.toBe(0);
      expect(stdout).toMatch(/failed to push 127\.0\.0\.1:[0-9]+\/refused:content-[0-9a-f]+.*401 Unauthorized/);
      expect(stdout + stderr).not.toContain('wrong-password');
    });

    test('says that Docker does not answer, where no builder is set', async () => {
      const settings = bench.settings('no-docker');
      const stack = await bench.openStackWithoutBuilder();
      const { code, stdout } = await stack.tryUp({ ...settings, build: { ...settings.build, builder: '' } });
      expect(code).not.toBe(0);
      expect(stdout).toMatch(/failed to connect to the docker API at unix:.*check if .* the daemon is running/);
    });

    test('names the builder that does not exist', async () => {
      const settings = bench.settings('unknown-builder');
      const stack = await bench.openStack();
      const { code, stdout } = await stack.tryUp({ ...settings, build: { ...settings.build, builder: 'nobody' } });
      expect(code).not.toBe(0);
      expect(stdout).toContain('no builder "nobody" found');
    });
  });
});
