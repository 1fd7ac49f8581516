/** The end of the days on which support ends, UTC; undefined where AWS has not told it when this was copied. */
export type VersionSupport = { standardUntil?: string; extendedUntil?: string };

/**
 * The versions of Kubernetes that EKS has, as of 21 November 2026.
 * Source: https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html#kubernetes-release-calendar
 */
export const eksVersions: Readonly<Record<string, VersionSupport>> = {
  '1.29': { standardUntil: '2025-03-23', extendedUntil: '2026-03-23' },
  '1.30': { standardUntil: '2025-07-23', extendedUntil: '2026-07-23' },
  '1.31': { standardUntil: '2025-11-26', extendedUntil: '2026-11-26' },
  '1.32': { standardUntil: '2026-03-23', extendedUntil: '2027-03-23' },
  '1.33': { standardUntil: '2026-07-29', extendedUntil: '2027-07-29' },
  '1.34': { standardUntil: '2026-12-02', extendedUntil: '2027-12-02' },
  '1.35': { standardUntil: '2027-03-27', extendedUntil: '2028-03-27' },
  '1.36': {},
};

export const defaultEksVersion = '1.35';

/** Whether EKS still makes clusters of a version, and whether it costs the price of extended support. */
export function supportOf(version: string, nowMs: number): 'none' | 'extended' | 'standard' {
  const support = eksVersions[version];
  if (!support) return 'none';
  const { standardUntil, extendedUntil } = support;
  if (standardUntil === undefined || nowMs < Date.parse(standardUntil)) return 'standard';
  return extendedUntil === undefined || nowMs < Date.parse(extendedUntil) ? 'extended' : 'none';
}

/** 134 of "1.34": to compare versions. */
export function minorOf(version: string): number {
  return Number(version.split('.')[1] ?? 0);
}
