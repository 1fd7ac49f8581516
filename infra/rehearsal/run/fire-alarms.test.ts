import { createCloud } from '../cloud/cloud';
import { addAlarmSource, type DeclaredAlarm } from '../cloud/declared-alarms';
import { askToConfirm, notify } from '../cloud/notifications';
import { createNoRuntime } from '../runtime/no-runtime';
import { fireAlarms } from './fire-alarms';

const receiver = 'https://example.org/secret-path';

/** An alarm that rings at once and tells its receiver, but for what is changed. */
function cloudWith(changes: { deaf?: boolean; stuck?: boolean; unconfirmed?: boolean } = {}) {
  const cloud = createCloud(createNoRuntime());
  let isConfirmed = false;
  let state: 'alarm' | 'ok' = 'ok';
  const alarm: DeclaredAlarm = {
    name: 'orders',
    cloudName: 'somewhere',
    text: 'See docs/orders.md',
    state: () => state,
    feed: (health) => {
      const next = health === 'bad' && !changes.stuck ? 'alarm' : 'ok';
      if (next !== state && !changes.deaf) notify(cloud, { to: receiver, about: 'orders', state: next, text: '' });
      state = next;
    },
    minutesToChange: 2,
    receivers: () => (isConfirmed ? [receiver] : []),
    tellsRecovery: true,
  };
  addAlarmSource(cloud, 'test', () => [alarm]);
  if (!changes.unconfirmed) {
    askToConfirm(cloud, 'orders', {
      address: receiver,
      confirm: () => {
        isConfirmed = true;
      },
    });
  }
  return cloud;
}

describe('fireAlarms', () => {
  test('rings every alarm, and never shows where a webhook is', async () => {
    const lines: string[] = [];
    expect(await fireAlarms(cloudWith(), (line) => lines.push(line))).toBe(1);
    expect(lines).toEqual(['confirmed by https://example.org']);
  });

  test.each([
    [{ unconfirmed: true }, 'orders (somewhere): it tells nobody who has confirmed'],
    [{ stuck: true }, 'orders (somewhere): it is ok after 2 minutes of what it is there for'],
    [{ deaf: true }, 'orders (somewhere): it rings, and these were not told: https://example.org'],
  ])('finds an alarm that is %j', async (changes, problem) => {
    await expect(fireAlarms(cloudWith(changes), () => {})).rejects.toThrow(problem);
  });
});
