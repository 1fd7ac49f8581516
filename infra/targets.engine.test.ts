import { findFreePort } from '../service/testing/servers/server-process';
import { rehearse, stopRehearsals } from './testing/rehearse';

jest.setTimeout(900_000);

afterAll(stopRehearsals);

/** The rehearsal of a stack with these targets. */
async function rehearseTargets(stack: string, targets: readonly string[]) {
  const settings = { 'taproom:targets': targets, 'taproom:settings': { docker: { port: await findFreePort() } } };
  const { code, text, leftovers } = await rehearse([
    stack,
    ...Object.entries(settings).flatMap(([key, value]) => ['--config', `${key}=${JSON.stringify(value)}`]),
  ]);
  return { told: code === 0 ? '' : text, text, code, leftovers };
}

const onAws = ['app-runner', 'ecs-fargate', 'ecs-express', 'eks'];

// app-runner and cloud-run are in dev; ecs-express alone is in ecs-express.engine.test.ts.
test.each<[name: string, stack: string, targets: readonly string[]]>([
  ['ecs-fargate alone', 'dev', ['ecs-fargate']],
  ['eks alone, on Aurora', 'eks', ['eks']],
  ['docker alone', 'local', ['docker']],
  ['all six', 'dev', [...onAws, 'cloud-run', 'docker']],
])('%s: the whole rehearsal passes and leaves nothing', async (_, stack, targets) => {
  const { told, text, code, leftovers } = await rehearseTargets(stack, targets);
  expect(told).toBe('');
  expect({ code, leftovers }).toEqual({ code: 0, leftovers: [] });
  for (const target of targets) {
    expect(text).toMatch(new RegExp(`${target} {2}https?://\\S+.* (\\d+) of \\1 checks`));
    expect(text).toMatch(new RegExp(`${target}: \\d+ rounds of requests, 0 failed, 2 releases answered`));
  }
});
