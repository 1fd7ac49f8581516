/** The page in a real Chromium. */
module.exports = {
  ...require('./jest.config'),
  testMatch: ['**/*.browser.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 120_000,
  maxWorkers: '50%',
};
