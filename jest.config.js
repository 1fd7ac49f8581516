/** Tests that need nothing but Node. The other tiers (jest.*.config.js) start from this file. */
module.exports = {
  roots: ['<rootDir>/service', '<rootDir>/infra'],
  testMatch: ['**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '\\.(integration|browser|container|engine|image)\\.test\\.ts$'],
  // typebox, cookie 2 and content-disposition 3 ship ES modules only.
  transformIgnorePatterns: ['/node_modules/(?!(cookie|content-disposition|typebox)/)'],
  transform: {
    '\\.(ts|js|mjs)$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
  },
  testTimeout: 30_000,
  // Of two cores jest would use one.
  maxWorkers: '100%',
};
