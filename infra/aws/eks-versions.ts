/** When the support of a version of Kubernetes ends; undefined: not announced when this was copied. */
type Support = { standardUntil?: string; extendedUntil?: string };

/**
 * The versions of EKS, as of 21 November 2026; EKS takes 1.36 too, whose dates were not at hand. Source:
 * https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html#kubernetes-release-calendar
 */
const versions: Record<string, Support> = {
  '1.30': { standardUntil: '2025-07-23', extendedUntil: '2026-07-23' },
  '1.31': { standardUntil: '2025-11-26', extendedUntil: '2026-11-26' },
  '1.32': { standardUntil: '2026-03-23', extendedUntil: '2027-03-23' },
  '1.33': { standardUntil: '2026-07-29', extendedUntil: '2027-07-29' },
  '1.34': { standardUntil: '2026-12-02', extendedUntil: '2027-12-02' },
  '1.35': { standardUntil: '2027-03-27', extendedUntil: '2028-03-27' },
  '1.36': {},
};

/** In standard support until March 2027. */
export const defaultVersion = '1.35';

export type VersionRequest = {
  version: string;
  /** Whether a version past its standard support will do, at six times the price. */
  extendedSupport: boolean;
  /** As 2026-11-21. */
  today: string;
};

/** What is wrong with a version, as a sentence; undefined when EKS supports it. */
export function findVersionProblem({ version, extendedSupport, today }: VersionRequest): string | undefined {
  const setting = 'taproom:settings.eks.version';
  const good = Object.entries(versions)
    .filter(([, support]) => isSupported(support, { extendedSupport, today }))
    .map(([name]) => name);
  const support = versions[version];
  if (support !== undefined && isSupported(support, { extendedSupport, today })) return undefined;
  const allowed = `${setting} must be one of ${good.join(', ')}`;
  if (support === undefined) return `${allowed}: EKS does not support ${version}`;
  if (isSupported(support, { extendedSupport: true, today })) {
    const how = 'or set taproom:settings.eks.extendedSupport to true, at six times the price of the cluster';
    return `${allowed}: the standard support of ${version} ended on ${support.standardUntil}; ${how}`;
  }
  return `${allowed}: the support of ${version} ended on ${support.extendedUntil ?? support.standardUntil}`;
}

function isSupported(
  { standardUntil, extendedUntil }: Support,
  { extendedSupport, today }: Omit<VersionRequest, 'version'>,
): boolean {
  const until = extendedSupport ? extendedUntil : standardUntil;
  return until === undefined || today < until;
}
