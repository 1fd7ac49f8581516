/** `describe` for what needs a Docker engine; where start-engine.ts found none, the tests are named as skipped. */
export function describeContainers(name: string, tests: () => void): void {
  const reason = process.env.CONTAINERS_SKIPPED;
  if (reason === undefined) {
    describe(name, tests);
    return;
  }
  // Jest itself prints no names when all of a file is skipped.
  process.stderr.write(`containers: SKIPPED ${name} (${reason})\n`);
  describe.skip(`${name} (skipped: ${reason})`, tests);
}
