import type { cloudrunv2 } from '@pulumi/gcp';
import { type Cloud, table } from '../cloud/cloud';
import { FailedInPlace } from '../cloud/refusal';
import type { Lifecycle } from '../declare';
import { judgeOperation } from '../rules';
import { runOperationRules } from './cloud-run-operation-rules';
import { containerSpec, onlyContainer } from './cloud-run-start';
import { type JobArgs, type JobOutputs, jobLogGroup, jobType, parseSeconds } from './cloud-run-workload';
import { googleResource, keep } from './declare';
import { holdSubnetworks } from './egress';
import { googleError } from './google-error';
import { findNetwork, findSubnetwork } from './network';

type JobLifecycle = Lifecycle<JobArgs, JobOutputs>;

/** Executions by `job id/execution name`: their names are taken as long as the job exists. */
const executions = table<{ startedAtMs: number }>('gcp Cloud Run executions');

/** Defaults of a task. Source: https://docs.cloud.google.com/run/docs/reference/rest/v2/TaskTemplate */
const defaultTaskSeconds = 600;
const defaultRetries = 3;

export const job = googleResource<cloudrunv2.Job, cloudrunv2.JobArgs>({
  token: jobType.token,
  naming: { maxLength: 63, letters: 'lower' },
  replaceOn: ['name', 'project', 'location'],
  defaults: { deletionProtection: true },
  empty: ['conditions', 'deleteTime', 'effectiveAnnotations', 'expireTime', 'latestCreatedExecutions', 'reconciling'],
  changesOnUpdate: [
    'etag',
    'executionCount',
    'generation',
    'latestCreatedExecutions',
    'observedGeneration',
    'terminalConditions',
    'updateTime',
  ],
  seconds: { create: 10, update: 10, delete: 5 },
  id: ({ inputs, place }) => `projects/${place.project}/locations/${inputs.location}/jobs/${inputs.name}`,
  outputs: ({ inputs, place, cloud, seed, previous }) => {
    const generation = String(Number(previous?.generation ?? 0) + 1);
    return {
      ...keep(previous, 'latestCreatedExecutions'),
      createTime: previous?.createTime ?? cloud.clock.timestamp(),
      creator: `rehearsal@${place.project}.iam.gserviceaccount.com`,
      lastModifier: `rehearsal@${place.project}.iam.gserviceaccount.com`,
      effectiveAnnotations: inputs.annotations ?? {},
      etag: `"${seed.alphanumeric(16, generation)}"`,
      executionCount: previous?.executionCount ?? 0,
      generation,
      observedGeneration: generation,
      launchStage: inputs.launchStage ?? 'GA',
      terminalConditions: [condition(cloud, 'CONDITION_SUCCEEDED', '')],
      uid: previous?.uid ?? seed.uuid(),
      updateTime: cloud.clock.timestamp(),
    };
  },
  uses: ({ inputs, cloud }) =>
    (inputs.template.template.vpcAccess?.networkInterfaces ?? []).flatMap(({ network, subnetwork }) => [
      network === undefined ? undefined : findNetwork(cloud, network),
      subnetwork === undefined ? undefined : findSubnetwork(cloud, subnetwork),
    ]),
  unique: ({ inputs, place }) => `Cloud Run job ${inputs.name} in ${place.project} ${inputs.location}`,
  exists: ({ inputs }) => googleError(409, `Resource '${inputs.name}' already exists.`, 'alreadyExists'),
  create: (lifecycle) => settle(lifecycle, 'create'),
  update: (lifecycle) => settle(lifecycle, 'update'),
  delete: ({ cloud, id, inputs }) => {
    holdSubnetworks(cloud, inputs.template.template.vpcAccess, `Cloud Run job ${inputs.name}`);
    for (const key of cloud.table(executions).keys()) {
      if (key.startsWith(`${id}/`)) cloud.table(executions).delete(key);
    }
    return 'gone';
  },
});

/** The name of the execution that a token asks for, and whether the job waits for its end. */
export function executionOf(inputs: JobArgs): { name: string; isAwaited: boolean } | undefined {
  const token = inputs.runExecutionToken ?? inputs.startExecutionToken;
  if (token === undefined || token === '') return undefined;
  return { name: `${inputs.name}-${token}`, isAwaited: inputs.runExecutionToken !== undefined };
}

export function hasExecution(cloud: Cloud, jobId: string, name: string): boolean {
  return cloud.table(executions).has(`${jobId}/${name}`);
}

/** Checks the job as Cloud Run does, and executes it when a token says so. The job stays, whatever becomes of that. */
async function settle(lifecycle: JobLifecycle, operation: 'create' | 'update'): Promise<void> {
  const { cloud, entity, inputs } = lifecycle;
  onlyContainer(inputs.template.template);
  const fail = (message: string): never => {
    entity.outputs = { ...entity.outputs, terminalConditions: [condition(cloud, 'CONDITION_FAILED', message)] };
    const verb = operation === 'create' ? 'Creating' : 'Updating';
    throw new FailedInPlace(
      `Error waiting to ${operation} Job: Error waiting for ${verb} Job: Error code 9, message: ${message}`,
    );
  };
  const findings = await judgeOperation(runOperationRules, lifecycle);
  if (findings.length > 0) fail(findings.join('\n'));
  const execution = executionOf(inputs);
  if (!execution) return;
  const running = execute(lifecycle, execution.name);
  if (!execution.isAwaited) {
    void running.then((problem) => problem && cloud.runtime.logs.append(jobLogGroup(inputs.name ?? ''), problem));
    return;
  }
  const problem = await running;
  if (problem !== undefined) fail(problem);
}

/** Runs the execution's tasks; gives Cloud Run's words when one failed for good. */
async function execute(lifecycle: JobLifecycle, name: string): Promise<string | undefined> {
  const { cloud, entity, id, inputs } = lifecycle;
  const { taskCount = 1 } = inputs.template;
  const created = cloud.clock.timestamp();
  cloud.table(executions).set(`${id}/${name}`, { startedAtMs: cloud.clock.now() });
  const note = (completionTime: string): void => {
    entity.outputs = { ...entity.outputs, latestCreatedExecutions: [{ completionTime, createTime: created, name }] };
  };
  note('');
  entity.outputs = { ...entity.outputs, executionCount: entity.outputs.executionCount + 1 };
  const results = await Promise.all(Array.from({ length: taskCount }, (_, index) => runTask(lifecycle, name, index)));
  note(cloud.clock.timestamp());
  const problems = results.filter((result) => result !== undefined);
  return problems.length === 0
    ? undefined
    : `Execution ${name} has failed to complete, ${taskCount - problems.length}/${taskCount} tasks were a success. ${problems[0]}`;
}

async function runTask(lifecycle: JobLifecycle, execution: string, index: number): Promise<string | undefined> {
  const { cloud, inputs, place, signal } = lifecycle;
  const task = inputs.template.template;
  const seconds = parseSeconds(task.timeout ?? '') ?? defaultTaskSeconds;
  const attempts = (task.maxRetries ?? defaultRetries) + 1;
  let problem = '';
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const container = await cloud.runtime.startContainer(
      containerSpec({
        cloud,
        place,
        workload: task,
        name: inputs.name ?? '',
        logGroup: jobLogGroup(inputs.name ?? ''),
        platformEnv: {
          CLOUD_RUN_JOB: inputs.name ?? '',
          CLOUD_RUN_EXECUTION: execution,
          CLOUD_RUN_TASK_INDEX: String(index),
          CLOUD_RUN_TASK_COUNT: String(inputs.template.taskCount ?? 1),
          CLOUD_RUN_TASK_ATTEMPT: String(attempt),
        },
      }),
    );
    const end = await Promise.race([container.ended, afterSeconds(seconds), whenAborted(signal)]);
    if (typeof end !== 'string' && end.exitCode === 0) return undefined;
    await container.stop(0);
    const what =
      typeof end === 'string' ? end : `The container exited with an error (exit code ${end.exitCode ?? end.signal}).`;
    problem = [
      `Task ${execution}-task${index} failed with message: ${what}`,
      ...cloud.runtime.failedConnections(container),
    ].join(' ');
    if (signal.aborted) break;
  }
  return problem;
}

function afterSeconds(seconds: number): Promise<string> {
  return new Promise((resolve) => {
    setTimeout(() => resolve('The configured timeout was reached.'), seconds * 1_000).unref();
  });
}

function whenAborted(signal: AbortSignal): Promise<string> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve('The execution was cancelled.'), { once: true });
  });
}

function condition(cloud: Cloud, state: string, message: string): JobOutputs['terminalConditions'][number] {
  return {
    executionReason: '',
    lastTransitionTime: cloud.clock.timestamp(),
    message,
    reason: '',
    revisionReason: '',
    severity: '',
    state,
    type: 'Ready',
  };
}
