import { setTimeout as delay } from 'node:timers/promises';
import { idOf, type KubeObject, setStatus } from './objects';
import { isProblem } from './pod-problem';
import { type JobSpec, specOf } from './pod-spec';
import { findNode } from './pods';
import { removePod, startPod } from './run-pod';
import type { Session } from './session';

/** A command that fails twice in the same cluster fails every time. */
const mostAttempts = 2;
/** Of this machine's time, for a job that may take minutes in a cloud. */
const longestSeconds = 60;

/** Runs a Job to its end. Gives why it failed. Source: https://kubernetes.io/docs/concepts/workloads/controllers/job/ */
export async function runJob(session: Session, job: KubeObject): Promise<string | undefined> {
  const { backoffLimit = 6 } = specOf<JobSpec>(job);
  let why: string | undefined;
  for (let attempt = 0; attempt < Math.min(backoffLimit + 1, mostAttempts); attempt += 1) {
    why = await runOnce(session, job, attempt);
    if (why === undefined) {
      setStatus(session.cloud, session.host.server, job, {
        succeeded: 1,
        conditions: [{ type: 'Complete', status: 'True' }],
      });
      return undefined;
    }
  }
  setStatus(session.cloud, session.host.server, job, { failed: 1, conditions: [{ type: 'Failed', status: 'True' }] });
  return `job ${job.metadata.name} failed: BackoffLimitExceeded: ${why}`;
}

async function runOnce(session: Session, job: KubeObject, attempt: number): Promise<string | undefined> {
  const { cloud, host } = session;
  const { template, activeDeadlineSeconds = longestSeconds } = specOf<JobSpec>(job);
  const { name, namespace = '' } = job.metadata;
  const placed = findNode(cloud, host, { spec: template.spec });
  if (isProblem(placed)) return placed.why;
  const pod = await startPod(session, {
    name: `${name}-${attempt}`,
    namespace,
    owner: `Job ${idOf(job)}`,
    revision: String(attempt),
    template,
    node: placed.node,
  });
  if (isProblem(pod)) return pod.why;
  const [container] = pod.containers;
  const limit = new AbortController();
  const over = delay(Math.min(activeDeadlineSeconds, longestSeconds) * 1_000, 'over' as const, {
    signal: limit.signal,
  });
  const ended = await Promise.race([container?.ended, over.catch(() => 'over' as const)]);
  limit.abort();
  const failed = container ? cloud.runtime.failedConnections(container).map((line) => `\n  ${line}`) : [];
  await removePod(session, pod);
  if (ended === 'over') return `DeadlineExceeded: the pod still runs after ${activeDeadlineSeconds} s`;
  if (ended?.exitCode === 0) return undefined;
  return `the container ended with ${ended?.signal ?? `exit code ${ended?.exitCode}`}${failed.join('')}`;
}
