/** What the whole tier shares, from start-image-tier.ts to the tests. */
export type ImageTier = {
  /** Holds `pulumi`. */
  engineFolder: string;
  /** Holds `pulumi-resource-docker-build` and `buildkitd`. */
  toolsFolder: string;
  /** The registry that BuildKit asks for what docker.io has. */
  mirror: string;
  /** The Dockerfile's base as the mirror has it: `node:...@sha256:...`. */
  baseImage: string;
};

const variable = 'IMAGE_TIER';
const missing = 'IMAGE_TIER_MISSING';

export function setImageTier(tier: ImageTier): void {
  process.env[variable] = JSON.stringify(tier);
}

export function setMissing(reason: string): void {
  process.env[missing] = reason;
}

export function getImageTier(): ImageTier {
  const text = process.env[variable];
  if (text === undefined) throw new Error('run this with jest.image.config.js, whose globalSetup makes what it needs');
  return JSON.parse(text);
}

/**
 * `describe` for what needs the tier. Where something is missing the tests are named as skipped; in CI one fails
 * instead, so that nothing is passed over silently there.
 */
export function describeImage(name: string, tests: () => void): void {
  const reason = process.env[missing];
  if (reason === undefined) {
    describe(name, tests);
    return;
  }
  if (process.env.CI) {
    describe(name, () => {
      test('finds what it needs', () => {
        throw new Error(reason);
      });
    });
    return;
  }
  // Jest itself prints no names when all of a file is skipped.
  process.stderr.write(`image: SKIPPED ${name} (${reason})\n`);
  describe.skip(`${name} (skipped: ${reason})`, tests);
}
