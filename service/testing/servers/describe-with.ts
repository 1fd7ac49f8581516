import { findProgram } from './find-program';

/**
 * `describe` for what needs programs of this machine. Where one is missing the tests are named as skipped; in CI one
 * fails instead, so that nothing is passed over silently there.
 */
export function describeWithPrograms(programs: readonly string[], name: string, tests: () => void): void {
  describeWith(
    programs.filter((program) => findProgram(program) === undefined).map((program) => `the program ${program}`),
    name,
    tests,
  );
}

/** `describe` for what needs the Postgres and Redis of the run: see start-servers.ts. */
export function describeWithStores(name: string, tests: () => void): void {
  const missing = ['POSTGRES_HOST', 'REDIS_HOST'].filter((variable) => !process.env[variable]);
  describeWith(
    missing.map((variable) => `${variable}, or the programs to start its server`),
    name,
    tests,
  );
}

function describeWith(missing: readonly string[], name: string, tests: () => void): void {
  if (missing.length === 0) describe(name, tests);
  else if (!process.env.CI) describe.skip(`${name} (skipped: needs ${missing.join(' and ')})`, tests);
  else {
    describe(name, () => {
      test('finds what it needs', () => {
        throw new Error(`missing: ${missing.join(', ')}`);
      });
    });
  }
}
