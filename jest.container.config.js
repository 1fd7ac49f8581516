/** The image and the compose file on a real Docker engine, which service/testing/containers starts where none runs. */
module.exports = {
  ...require('./jest.config'),
  testMatch: ['**/*.container.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 900_000,
};
