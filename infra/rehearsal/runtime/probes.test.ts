import { paceOf } from './probes';

const probe = { kind: 'http', port: 80, initialDelaySeconds: 0, timeoutSeconds: 2, healthyThreshold: 1 } as const;

describe('paceOf', () => {
  test.each([
    ['a minute and a half', 20, 5, 10_000],
    ['five minutes', 30, 10, 12_000],
    ['half a minute', 3, 10, 6_000],
    ['two seconds', 2, 1, 2_000],
  ])('takes %s in seconds, over all attempts', (_what, unhealthyThreshold, intervalSeconds, totalMs) => {
    const pace = paceOf({ ...probe, unhealthyThreshold, intervalSeconds });
    expect(pace.intervalMs * unhealthyThreshold).toBeCloseTo(totalMs);
  });

  test('waits no longer for an answer than it says, nor in vain', () => {
    expect(paceOf({ ...probe, unhealthyThreshold: 20, intervalSeconds: 5 }).timeoutMs).toBe(1_000);
    expect(paceOf({ ...probe, timeoutSeconds: 0.2, unhealthyThreshold: 2, intervalSeconds: 5 }).timeoutMs).toBe(200);
  });
});
