/** `describe` for what needs a Docker engine; where start-engine.ts found none, the tests are named as skipped. */
export function describeContainers(name: string, tests: () => void): void {
  const reason = process.env.CONTAINERS_SKIPPED;
  if (reason === undefined) describe(name, tests);
  else describe.skip(`${name} (skipped: ${reason})`, tests);
}
