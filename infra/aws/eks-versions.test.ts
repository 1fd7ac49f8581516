import { defaultVersion, findVersionProblem } from './eks-versions';

const find = (version: string, rest: { extendedSupport?: boolean; today?: string } = {}) =>
  findVersionProblem({ version, extendedSupport: false, today: '2026-11-21', ...rest });

describe('findVersionProblem', () => {
  test('takes what is in standard support, the default among it', () => {
    expect(find(defaultVersion)).toBeUndefined();
    expect(find('1.34')).toBeUndefined();
    expect(find('1.36')).toBeUndefined();
  });

  test('refuses a version whose standard support has ended, and says what would do', () => {
    expect(find('1.33')).toBe(
      'taproom:settings.eks.version must be one of 1.34, 1.35, 1.36: the standard support of 1.33 ended on ' +
        '2026-07-29; or set taproom:settings.eks.extendedSupport to true, at six times the price of the cluster',
    );
    expect(find('1.33', { extendedSupport: true })).toBeUndefined();
  });

  test('refuses a version whose support has ended for good', () => {
    const message = /must be one of 1\.31, .*: the support of 1\.30 ended on 2026-07-23$/;
    expect(find('1.30', { extendedSupport: true })).toMatch(message);
    expect(find('1.30')).toMatch(/must be one of 1\.34, 1\.35, 1\.36: the support of 1\.30 ended on 2026-07-23$/);
  });

  test('ends with the day, not before', () => {
    expect(find('1.34', { today: '2026-12-01' })).toBeUndefined();
    expect(find('1.34', { today: '2026-12-02' })).toContain('1.34 ended on 2026-12-02');
  });

  test.each(['1.19', '1.99', '2.0', 'latest'])('refuses %s, which EKS never had or has not yet', (version) => {
    expect(find(version)).toMatch(`EKS does not support ${version}`);
  });
});
