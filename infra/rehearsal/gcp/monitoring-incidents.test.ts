import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { declaredAlarms } from '../cloud/declared-alarms';
import { passMinutes } from '../cloud/minutes';
import { notificationsOf } from '../cloud/notifications';
import type { World } from '../testing/world';
import { address, monitoringSteps, webhook } from './testing/monitored-service';
import { applySetup, createGcpWorld, mutate } from './testing/setup';

const names = ['orders: errors', 'orders: burn', 'orders: down', 'orders'];

async function createWatched(): Promise<World> {
  const world = createGcpWorld();
  await applySetup(world, monitoringSteps);
  return world;
}

function getAlarm(world: World, name: string) {
  const found = declaredAlarms(world.cloud).find((alarm) => alarm.name === name);
  if (!found) throw new Error(`no alarm is called ${name}`);
  return found;
}

async function feedFor(world: World, name: string, health: 'bad' | 'good', minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute += 1) {
    getAlarm(world, name).feed(health);
    await passMinutes(world.cloud, 1);
  }
}

describe('an alert policy', () => {
  test.each(names)('%s rings in time, tells its receivers, and ends in time', async (name) => {
    const world = await createWatched();
    const { minutesToChange, tellsRecovery, receivers } = getAlarm(world, name);
    await feedFor(world, name, 'good', 60);
    expect(getAlarm(world, name).state()).toBe('ok');
    await feedFor(world, name, 'bad', minutesToChange);
    expect(getAlarm(world, name).state()).toBe('alarm');
    expect(notificationsOf(world.cloud).filter(({ about }) => about === name)).toHaveLength(
      receivers().length * (name === 'orders' ? 2 : 1),
    );
    await feedFor(world, name, 'good', minutesToChange);
    expect(getAlarm(world, name).state()).toBe('ok');
    const ended = notificationsOf(world.cloud).filter(({ about, state }) => about === name && state === 'ok');
    expect(ended.map(({ to }) => to)).toEqual(tellsRecovery ? receivers() : []);
  });

  test('tells all of its channels', async () => {
    const world = await createWatched();
    expect(getAlarm(world, 'orders: errors').receivers()).toEqual([address, webhook]);
  });

  test('does not ring before its condition has lasted', async () => {
    const world = await createWatched();
    await feedFor(world, 'orders: errors', 'bad', 1);
    expect(getAlarm(world, 'orders: errors').state()).toBe('ok');
  });

  test('closes by itself when no more is measured', async () => {
    const world = await createWatched();
    await feedFor(world, 'orders: errors', 'bad', 3);
    expect(getAlarm(world, 'orders: errors').state()).toBe('alarm');
    await passMinutes(world.cloud, 40);
    expect(getAlarm(world, 'orders: errors').state()).toBe('ok');
  });
});

describe('an uptime check', () => {
  let server: Server;
  let status = 200;
  beforeAll(async () => {
    server = createServer((_, response) => response.writeHead(status).end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => server.close());

  test('asks the address each minute', async () => {
    const world = createGcpWorld();
    const { port } = server.address() as AddressInfo;
    const changed = mutate(monitoringSteps, {
      resource: 'check',
      change: { httpCheck: { path: '/health', port }, 'monitoredResource.labels.host': '127.0.0.1' },
    });
    await applySetup(world, changed);
    await passMinutes(world.cloud, 3);
    expect(getAlarm(world, 'orders: down').state()).toBe('ok');
    status = 503;
    await passMinutes(world.cloud, 3);
    expect(getAlarm(world, 'orders: down').state()).toBe('alarm');
    status = 200;
    await passMinutes(world.cloud, 3);
    expect(notificationsOf(world.cloud).map(({ about, state }) => `${about} ${state}`)).toEqual([
      'orders: down alarm',
      'orders: down ok',
    ]);
  });
});

describe('what is in use', () => {
  test.each([
    ['mail', 'because it is still being referenced by: "projects/rehearsal-project/alertPolicies/'],
    ['check', 'One or more alerting policies is using it'],
    ['service', 'still has service level objectives'],
  ])('%s cannot be deleted', async (name, words) => {
    const world = await createWatched();
    await expect(world.destroy(name)).rejects.toThrow(words);
  });

  test('goes in the order in which it came, backwards', async () => {
    const world = await createWatched();
    for (const { name } of [...monitoringSteps].reverse()) await world.destroy(name);
    expect(world.cloud.everything()).toEqual([]);
  });
});
