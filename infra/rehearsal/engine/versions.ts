/** The engine that the simulated providers were written against; an older CLI on PATH is passed over. */
export const engineVersion = '3.248.0';

export type Version = readonly [major: number, minor: number, patch: number];

/** Reads "v3.248.0" or "3.248.0-dev"; undefined when the text is no version. */
export function parseVersion(text: string): Version | undefined {
  const match = /^v?(\d+)\.(\d+)\.(\d+)/.exec(text.trim());
  return match ? [Number(match[1]), Number(match[2]), Number(match[3])] : undefined;
}

/** Same major version, and not older than the one wanted. */
export function fits(found: Version, wanted: Version): boolean {
  if (found[0] !== wanted[0]) return false;
  if (found[1] !== wanted[1]) return found[1] > wanted[1];
  return found[2] >= wanted[2];
}
