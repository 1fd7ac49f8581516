/** The image and the compose file on a real Docker engine, which is started where none runs. */
module.exports = {
  ...require('./jest.config'),
  testMatch: ['**/*.container.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  globalSetup: '<rootDir>/service/testing/containers/start-engine.ts',
  globalTeardown: '<rootDir>/service/testing/stop-servers.ts',
  testTimeout: 900_000,
};
