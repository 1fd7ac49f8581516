import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { variableNames } from '../bootstrap/variables';
import { engineVersion } from '../rehearsal/engine/versions';
import { commands } from './commands';
import { type Job, listWorkflows, readWorkflow, repositoryFolder } from './testing/workflow';

const actionFolder = path.join(repositoryFolder, '.github', 'actions');
const workflowTexts = listWorkflows().map(
  (file) => [file, readFileSync(path.join(repositoryFolder, '.github', 'workflows', file), 'utf8')] as const,
);
const actionTexts = readdirSync(actionFolder).map(
  (name) => [name, readFileSync(path.join(actionFolder, name, 'action.yml'), 'utf8')] as const,
);
const texts = [...workflowTexts, ...actionTexts];
const uses = texts.flatMap(([file, text]) =>
  [...text.matchAll(/uses: (.+)$/gm)].map(([, reference = '']) => ({ file, reference })),
);
const remote = uses.filter(({ reference }) => !reference.startsWith('./'));
const jobs = listWorkflows().flatMap((file) =>
  Object.entries(readWorkflow(file).jobs).map(([name, job]) => ({ file, name, job })),
);
const runsOf = ({ steps = [] }: Job) => steps.flatMap(({ run }) => (run === undefined ? [] : [run]));
const changesStack = (job: Job) =>
  runsOf(job).some((run) => /cli\.ts (deploy|destroy-preview|sweep-previews)\b/.test(run));

describe('actions', () => {
  test('are pinned by a commit, with the version beside it', () => {
    const loose = remote.filter(({ reference }) => !/^[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(reference));
    expect(loose).toEqual([]);
    expect(remote.length).toBeGreaterThan(20);
  });

  test('are each of one commit everywhere', () => {
    const byAction = new Map<string, Set<string>>();
    for (const { reference } of remote) {
      const action = reference.replace(/@.*/, '');
      byAction.set(action, (byAction.get(action) ?? new Set()).add(reference));
    }
    expect([...byAction].filter(([, references]) => references.size > 1)).toEqual([]);
  });

  test.each([
    ['actions/checkout', 'v6'],
    ['pulumi/actions', 'v7'],
    ['aws-actions/configure-aws-credentials', 'v6'],
    ['google-github-actions/auth', 'v3'],
  ])('%s is of major %s', (action, major) => {
    const found = remote.filter(({ reference }) => reference.startsWith(`${action}@`));
    expect(found.length).toBeGreaterThan(0);
    for (const { reference } of found) expect(reference).toContain(`# ${major}.`);
  });

  test('of this repository exist', () => {
    for (const { reference } of uses.filter(({ reference }) => reference.startsWith('./'))) {
      const file = path.join(repositoryFolder, reference);
      expect([reference, existsSync(file)]).toEqual([reference, true]);
    }
  });

  test('install the engine that the rehearsal was written against', () => {
    const setup = actionTexts.find(([name]) => name === 'setup')?.[1];
    expect(setup).toContain(`pulumi-version: ${engineVersion}`);
  });

  test('leave no credential of git behind', () => {
    for (const { file, job } of jobs) {
      for (const step of job.steps?.filter(({ uses }) => uses?.startsWith('actions/checkout@')) ?? []) {
        expect([file, step.with?.['persist-credentials']]).toEqual([file, false]);
      }
    }
  });
});

describe('permissions', () => {
  test.each(listWorkflows())('%s gives none by itself', (file) => {
    expect(readWorkflow(file).permissions).toEqual({});
  });

  test.each(jobs)('$file, $name: names what it needs, and writes no more than one thing', ({ job }) => {
    const permissions = Object.entries(job.permissions ?? {});
    expect(permissions.length).toBeGreaterThan(0);
    const written = permissions.filter(([, access]) => access === 'write').map(([name]) => name);
    expect(written.length).toBeLessThanOrEqual(1);
    expect(['id-token', 'issues', 'pull-requests', undefined]).toContain(written[0]);
  });

  test('a job with an identity at the clouds cannot write to GitHub, and forks get none', () => {
    for (const { file, job } of jobs) {
      if (job.permissions?.['id-token'] !== 'write' || !('pull_request' in readWorkflow(file).on)) continue;
      expect(job.if).toContain('github.event.pull_request.head.repo.full_name == github.repository');
    }
  });

  test('no workflow runs code of a pull request with the rights of the base', () => {
    for (const [file, text] of workflowTexts) {
      expect([file, /pull_request_target|workflow_run/.test(text)]).toEqual([file, false]);
    }
  });
});

describe('steps', () => {
  test('take what others write by the environment, never in their text', () => {
    for (const [file, text] of texts) {
      const { jobs = {}, runs } = parse(text) as { jobs?: Record<string, Job>; runs?: Job };
      for (const job of [...Object.values(jobs), ...(runs ? [runs] : [])]) {
        for (const run of runsOf(job)) expect([file, run.includes('${{')]).toEqual([file, false]);
      }
    }
  });

  test('are commands of the delivery that exist', () => {
    const named = jobs.flatMap(({ job }) => runsOf(job)).flatMap((run) => /cli\.ts ([\w-]+)/.exec(run)?.[1] ?? []);
    expect(named.filter((name) => !(name in commands))).toEqual([]);
    expect(new Set(named)).toEqual(new Set(Object.keys(commands).filter((name) => name !== 'set-variables')));
  });

  test('read variables that the bootstrap gives, and all of them', () => {
    const read = workflowTexts.flatMap(([, text]) => [...text.matchAll(/vars\.(\w+)/g)].map(([, name]) => name));
    const given = [...variableNames.repository, ...variableNames.environment];
    expect([...new Set(read)].sort()).toEqual([...given].sort());
  });

  test('end at some time', () => {
    for (const { file, name, job } of jobs) {
      if (job.uses === undefined)
        expect([file, name, job['timeout-minutes']]).toEqual([file, name, expect.any(Number)]);
    }
  });
});

describe('what changes a stack', () => {
  const changing = jobs.filter(({ job }) => changesStack(job));

  test('waits for its turn and is never cut off', () => {
    expect(changing.length).toBe(4);
    for (const { file, job } of changing) {
      const concurrency = job.concurrency ?? readWorkflow(file).concurrency;
      expect([file, concurrency?.['cancel-in-progress']]).toEqual([file, false]);
    }
  });

  test('is behind an environment of GitHub', () => {
    for (const { file, job } of changing) expect([file, job.environment]).toEqual([file, expect.anything()]);
  });

  test('is on the same turn as the look for drift', () => {
    const groups = ['deploy-stack.yml', 'drift.yml'].map(
      (file) => Object.values(readWorkflow(file).jobs)[0]?.concurrency?.group,
    );
    expect(groups.map((group) => group?.replace(/\{\{ \w+\./, ''))).toEqual(['stack-$stack }}', 'stack-$stack }}']);
  });

  test('gets the digest that was built, and prod only after dev', () => {
    const { jobs: deploy } = readWorkflow('deploy.yml');
    expect(deploy.prod?.needs).toEqual(['image', 'dev']);
    expect(deploy.prod?.with?.digest).toBe(deploy.dev?.with?.digest);
  });
});
