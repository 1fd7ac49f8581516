/** The image by the real engine, provider, BuildKit and registries. The first run builds them, which takes minutes. */
module.exports = {
  ...require('./jest.config'),
  testMatch: ['**/*.image.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  globalSetup: '<rootDir>/infra/image-for-real/start-image-tier.ts',
  globalTeardown: '<rootDir>/service/testing/stop-servers.ts',
  testTimeout: 600_000,
};
