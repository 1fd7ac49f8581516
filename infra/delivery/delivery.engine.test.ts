import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { role } from '../rehearsal/aws/iam';
import { runProgram } from '../rehearsal/engine/run-program';
import { packages } from '../rehearsal/packages';
import { createRuntime } from '../rehearsal/runtime/create-runtime';
import type { Runtime } from '../rehearsal/runtime/runtime';
import { openSession, type Session } from '../rehearsal/session';
import { runImageCommand } from '../scenario/image-commands';
import type { Context } from './testing/expressions';
import { type JobResult, type Runner, runWorkflow } from './testing/run-workflow';
import { runnerPrograms } from './testing/runner-programs';
import { startStandIns } from './testing/stand-ins';
import { repositoryFolder } from './testing/workflow';

const project = 'rehearsal-project';
const bootstrap = 'infra/bootstrap';
let runtime: Runtime;
let session: Session;
let runner: Runner;
let variables: { repository: Record<string, string>; environments: Record<string, Record<string, string>> };
let standIns: Awaited<ReturnType<typeof startStandIns>>;

beforeAll(async () => {
  runtime = await createRuntime({ run: runImageCommand });
  session = await openSession({ project: repositoryFolder, stack: 'dev', packages, runtime });
  const folder = path.join(path.dirname(session.folder), 'runner');
  standIns = await startStandIns(folder, runnerPrograms({ cloud: session.cloud, project }));
  const certificates = path.join(folder, 'certificates.pem');
  writeFileSync(certificates, runtime.frontCertificateAuthority);
  const env = {
    ...session.env,
    PATH: `${folder}:${session.env.PATH}`,
    NODE_EXTRA_CA_CERTS: certificates,
    NODE_OPTIONS: `--import ${path.join(session.folder, 'infra/delivery/testing/names-hook.mjs')}`,
    REHEARSAL_STAND_INS: standIns.address,
    GITHUB_REPOSITORY: 'example-owner/taproom',
  };
  runner = {
    shell: async (command, more) => {
      const given = Object.fromEntries(Object.entries(more).filter(([name]) => !keptVariables.has(name)));
      const shell = ['--noprofile', '--norc', '-eo', 'pipefail', '-c', command];
      const result = await runProgram('bash', shell, { cwd: session.folder, env: { ...env, ...given } });
      return { code: result.code, text: `$ ${command}\n${result.stdout}${result.stderr}` };
    },
    actions: {
      'actions/checkout': () => {},
      './.github/actions/setup': () => {},
      './.github/actions/clouds': () => {},
      'docker/setup-buildx-action': () => {},
      'sigstore/cosign-installer': () => {},
      'aquasecurity/trivy-action': () => {},
      'anchore/sbom-action': (inputs) =>
        writeFileSync(path.join(session.folder, inputs['output-file'] ?? ''), '{"spdxVersion":"SPDX-2.3"}'),
    },
  };
  variables = await deployBootstrap();
});

afterAll(async () => {
  await standIns?.close();
  await session?.close();
  await runtime?.close();
});

/** The backend and the key of a rehearsal are its own. */
const keptVariables: ReadonlySet<string> = new Set(['PULUMI_BACKEND_URL', 'PULUMI_SECRETS_PROVIDER']);

async function deployBootstrap(): Promise<typeof variables> {
  const pulumi = async (...args: string[]) => {
    const { code, stdout, stderr } = await session.pulumi('--cwd', bootstrap, ...args, '--non-interactive');
    if (code !== 0) throw new Error(`${args[0]}: ${stdout}${stderr}`);
    return stdout;
  };
  await pulumi('stack', 'init', 'shared');
  await pulumi('config', 'set', 'gcp:project', project);
  await pulumi('up', '--yes', '--skip-preview');
  return JSON.parse(await pulumi('stack', 'output', 'github_variables', '--json'));
}

function contextWith(inputs: Record<string, string> = {}): Context {
  return { inputs, vars: { ...variables.repository } };
}

function summarize(results: readonly JobResult[]): string[] {
  return results.map(({ name, result }) => `${name}: ${result}`);
}

/** What a stack says that it runs, asked apart from the delivery. */
async function digestOf(stack: string): Promise<string> {
  const { stdout } = await session.pulumi('stack', 'output', 'image_digest', '--stack', stack);
  return stdout.trim();
}

// One story: each test needs the ones before.
describe('the workflows on simulated clouds', () => {
  let first = '';

  test('a push builds once, and brings dev and then prod to the same digest', async () => {
    const results = await runWorkflow('deploy.yml', contextWith(), runner);
    expect(results.map(({ text }) => text).join('\n')).toContain('the smoke test of prod passed');
    expect(summarize(results)).toEqual(['image: success', 'dev/deploy: success', 'prod/deploy: success']);
    first = await digestOf('dev');
    expect(first).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(await digestOf('prod')).toBe(first);
  });

  test('a push that changes nothing of the image builds nothing', async () => {
    const [image] = await runWorkflow('deploy.yml', contextWith(), { ...runner, shell: onlyImage(runner) });
    expect(image?.text).toMatch(new RegExp(`found content-[0-9a-f]{16}: ${first}`));
  });

  test('a release that breaks the contract stops before prod', async () => {
    const file = 'service/calculator/increment.ts';
    const undo = await session.edit(file, (text) => `${text.replace(/\+ 1n/, '+ 2n')}`);
    const results = await runWorkflow('deploy.yml', contextWith(), runner);
    await undo();
    expect(summarize(results)).toEqual(['image: success', 'dev/deploy: failure', 'prod: skipped']);
    expect(results[1]?.text).toMatch(/the smoke test of dev failed:\n(.*\n)*.*GET \/api\/:value counts exactly/);
    expect(await digestOf('dev')).not.toBe(first);
    expect(await digestOf('prod')).toBe(first);
  });

  test('a roll-back brings dev to the digest before', async () => {
    const results = await runWorkflow('rollback.yml', contextWith({ stack: 'dev', digest: first }), runner);
    expect(summarize(results)).toEqual(['rollback/deploy: success']);
    expect(await digestOf('dev')).toBe(first);
  });

  test('what nobody signed is not deployed, and neither is a tag', async () => {
    for (const digest of [`sha256:${'0'.repeat(64)}`, 'latest']) {
      const results = await runWorkflow('rollback.yml', contextWith({ stack: 'prod', digest }), runner);
      expect(summarize(results)).toEqual(['rollback/deploy: failure']);
    }
    expect(await digestOf('prod')).toBe(first);
  });

  test('every role of both stacks is bounded by its environment', () => {
    const boundaries = new Set<string>();
    for (const { id, inputs } of session.cloud.list(role).filter(({ id }) => /^taproom-(dev|prod)-/.test(id))) {
      expect([id, inputs.permissionsBoundary]).toEqual([
        id,
        expect.stringContaining(`taproom-ci-up-${id.split('-')[1]}-boundary`),
      ]);
      boundaries.add(String(inputs.permissionsBoundary));
    }
    expect(boundaries.size).toBe(2);
  });
});

/** A runner on which nothing is deployed. */
function onlyImage({ shell }: Runner): Runner['shell'] {
  return (command, env) =>
    command.includes(' deploy ') ? Promise.resolve({ code: 1, text: '' }) : shell(command, env);
}
