// The lanes of the tests, each a jest project; `vm` in virtual machines. scripts/test.mjs runs them one after another; a single one by hand:
// `npm run test:unit -- PATTERN`. TypeScript is stripped by swc and stays ESM (yargs 18 has no CommonJS).

const transform = {
  '^.+\\.ts$': [
    '@swc/jest',
    {
      jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
      module: { type: 'es6' },
      sourceMaps: 'inline',
    },
  ],
};

/**
 * One lane.
 * @param {string} name its folder under test/
 */
const lane = (name) => ({
  displayName: name,
  rootDir: import.meta.dirname,
  testEnvironment: 'node',
  testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/build', '<rootDir>/conformance/out'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform,
});

export default {
  projects: ['unit', 'plans', 'init', 'integration', 'matrix', 'engines', 'crash', 'vm', 'conformance'].map(lane),
  // A busy machine takes several seconds for what an idle one does in a tenth: only a test that hangs comes near it.
  testTimeout: 30_000,
  reporters: ['default', '<rootDir>/test/support/reporter.js'],
};
