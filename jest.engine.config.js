/** Whole deployments by the real Pulumi engine on simulated clouds. The first run builds the engine, which takes minutes. */
module.exports = {
  ...require('./jest.config'),
  testMatch: ['**/*.engine.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 900_000,
};
