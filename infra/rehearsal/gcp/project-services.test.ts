import { createGcpWorld, project } from './testing/setup';

const service = 'gcp:projects/service:Service';

describe('gcp.projects.Service', () => {
  test('is taken over by a second program, and stays on when the first one goes', async () => {
    const world = createGcpWorld();
    const inputs = { service: 'run.googleapis.com', disableOnDestroy: false };
    const first = await world.apply(service, 'first', inputs);
    const second = await world.apply(service, 'second', inputs);
    expect([first.id, second.id]).toEqual([`${project}/run.googleapis.com`, `${project}/run.googleapis.com`]);
    await world.destroy('first');
    expect(await world.refresh('second')).toMatchObject(inputs);
  });
});
