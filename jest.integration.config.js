/** Tests on real Postgres and Redis: those of POSTGRES_HOST and REDIS_HOST, else servers that the run starts itself. */
module.exports = {
  ...require('./jest.config'),
  testMatch: ['**/*.integration.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  globalSetup: '<rootDir>/service/testing/start-servers.ts',
  globalTeardown: '<rootDir>/service/testing/stop-servers.ts',
  testTimeout: 120_000,
  maxWorkers: '50%',
  // Names what is skipped.
  verbose: true,
};
