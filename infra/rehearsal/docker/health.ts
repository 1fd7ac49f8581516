import type { Container, ContainerSpec } from '../runtime/runtime';
import type { ContainerInputs, ContainerLifecycle } from './container-type';

/** Seconds of the provider are shortened, but a process gets the time that it needs to load. */
const shortened = { divisor: 10, shortestMs: 12_000 };
const pauseMs = 300;
const unhealthyChecks = 10;

/** The command that Docker runs for a health check; undefined when there is none. */
export function healthCommand({ healthcheck }: ContainerInputs): readonly string[] | undefined {
  const [kind, ...words] = healthcheck?.tests ?? [];
  if (kind === 'CMD') return words;
  return kind === 'CMD-SHELL' ? ['/bin/sh', '-c', ...words] : undefined;
}

/** Runs the container's own check until it is well once; gives what was wrong when the time of `wait` is over. */
export async function awaitHealthy(
  { cloud, inputs, signal }: ContainerLifecycle,
  process: Container,
  spec: ContainerSpec,
): Promise<string | undefined> {
  const { runtime } = cloud;
  const entrypoint = healthCommand(inputs);
  if (entrypoint === undefined) return "not simulated: the image's own health check, give one to the container";
  const check = { ...spec, entrypoint, command: [], logGroup: `${spec.logGroup} health check` };
  const waitMs = (inputs.waitTimeout ?? 60) * 1_000;
  const end = performance.now() + Math.min(waitMs, Math.max(shortened.shortestMs, waitMs / shortened.divisor));
  let checks = 0;
  while (process.isRunning() && !signal.aborted && (performance.now() < end || checks < unhealthyChecks)) {
    checks += 1;
    if ((await runtime.execute(process, check, 3)) === 0) return undefined;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  const what = process.isRunning()
    ? `the health check failed ${checks} times`
    : `the process ended with code ${(await process.ended).exitCode}`;
  return [what, ...runtime.failedConnections(process)].join('; ');
}
