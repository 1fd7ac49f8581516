import { type AlarmKind, alarms, runbookOf } from '../alarms';
import { type DeclaredAlarm, declaredAlarms } from '../rehearsal/cloud/declared-alarms';
import { passMinutes } from '../rehearsal/cloud/minutes';
import { notificationsOf } from '../rehearsal/cloud/notifications';
import { gcp } from '../rehearsal/gcp/gcp';
import type { Bag } from '../rehearsal/protocol/values';
import { createWorld, type World } from '../rehearsal/testing/world';
import { deployUnderMocks, providerConfig } from '../testing/deploy-under-mocks';
import { type MockedResource, Secret } from '../testing/mock-clouds';

const email = 'alerts@example.com';
const webhook = 'https://example.com/hook';
const billingAccount = '012345-567890-ABCDEF';
const watching = /^gcp:(monitoring|billing|projects)\//;

/** What the mocks said of a resource, and what the simulated cloud says, for those whose outputs others are given. */
const given: Readonly<Record<string, { key: string; mocked: (name: string, inputs: Bag) => string }>> = {
  NotificationChannel: { key: 'name', mocked: (name) => `projects/my-project-123/notificationChannels/${name}` },
  UptimeCheckConfig: { key: 'uptimeCheckId', mocked: (name) => `check-of-${name}` },
  Slo: {
    key: 'name',
    mocked: (_, { service, sloId }) => `projects/123456789012/services/${service}/serviceLevelObjectives/${sloId}`,
  },
  AlertPolicy: { key: 'id', mocked: (name) => `${name}-id` },
};

/** What watches the program's stack, in a simulated cloud. Its services are not there: what they would measure is fed. */
async function createWatched(resources: readonly MockedResource[]): Promise<World> {
  const world = createWorld({
    packages: [gcp],
    config: { gcp: { project: 'my-project-123', region: 'us-central1' } },
  });
  const names: [string, string][] = [];
  const plain = (value: unknown): string =>
    JSON.stringify(value, (_, entry) => (entry instanceof Secret ? entry.value : entry));
  for (const { type, name, inputs } of resources.filter((resource) => watching.test(resource.type))) {
    const text = names.reduce((all, [mocked, real]) => all.replaceAll(mocked, real), plain(inputs));
    const outputs = await world.apply(type, `${type} ${name}`, JSON.parse(text));
    const output = given[type.split(':').at(-1) ?? ''];
    if (output) names.push([output.mocked(name, JSON.parse(text)), String(outputs[output.key])]);
  }
  return world;
}

function getAlarm(world: World, kind: AlarmKind): DeclaredAlarm {
  const found = declaredAlarms(world.cloud).filter(({ name, text }) => `${name} ${text}`.includes(runbookOf(kind)));
  const [only] = found;
  if (!only || found.length > 1) throw new Error(`${found.length} alarms are of ${kind}`);
  return only;
}

describe('each alarm on Google Cloud', () => {
  let world: World;
  beforeAll(async () => {
    const { resources } = await deployUnderMocks({
      config: {
        ...providerConfig,
        'taproom:targets': ['cloud-run'],
        'taproom:alerts': { enabled: true, email, webhook, billingAccount },
      },
    });
    world = await createWatched(resources);
  });

  test.each(Object.keys(alarms) as AlarmKind[])('%s rings, tells both receivers, and ends', async (kind) => {
    const alarm = getAlarm(world, kind);
    const feedFor = async (health: 'bad' | 'good') => {
      for (let minute = 0; minute < alarm.minutesToChange; minute += 1) {
        alarm.feed(health);
        await passMinutes(world.cloud, 1);
      }
    };
    const told = (state: 'alarm' | 'ok') => {
      const about = notificationsOf(world.cloud).filter(
        (message) => message.about === alarm.name && message.state === state,
      );
      return [...new Set(about.map(({ to }) => to))];
    };
    await feedFor('good');
    expect(alarm.state()).toBe('ok');
    await feedFor('bad');
    expect(alarm.state()).toBe('alarm');
    // Google tells costs by e-mail only.
    const receivers = kind === 'cost' ? [email] : [email, webhook];
    expect(told('alarm')).toEqual(receivers);
    await feedFor('good');
    expect(alarm.state()).toBe('ok');
    expect(told('ok')).toEqual(kind === 'cost' ? [] : receivers);
  });
});
