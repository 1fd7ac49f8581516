import { setTimeout as delay } from 'node:timers/promises';
import type { Cloud } from '../cloud/cloud';
import type { Container, ContainerSpec, Probe } from '../runtime/runtime';
import type { ContainerDefinition } from './ecs-container-definition';

/** As long as a program takes to start; the interval of ECS would only be waited for. */
const retryMs = 250;

type Checked = { container: Container; definition: ContainerDefinition; spec: ContainerSpec };

/** Undefined when the container has no health check of its own or passes it; else why its task is stopped. */
export async function checkContainerHealth(
  cloud: Cloud,
  { container, definition, spec }: Checked,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { healthCheck, name } = definition;
  if (!healthCheck || healthCheck.command[0] === 'NONE') return undefined;
  const failed = (attempts: number, answer: string | undefined) =>
    `Task failed container health checks: ${name} after ${attempts} attempts: ${answer}`;
  const probe = probeOfCommand(healthCheck);
  if (probe) {
    const result = await cloud.runtime.waitUntilHealthy(container, probe, signal);
    return result.healthy ? undefined : failed(result.attempts, result.lastAnswer);
  }
  const { interval = 30, retries = 3, startPeriod = 0, timeout = 5 } = healthCheck;
  // What fails in the start period does not count.
  const attempts = retries + Math.ceil(startPeriod / interval);
  const command = commandOf(healthCheck.command);
  let exitCode: number | null = null;
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    if (signal.aborted || !container.isRunning()) return failed(attempt, 'the container has ended');
    exitCode = await cloud.runtime.execute(container, { ...spec, ...command, name: `${spec.name}-health` }, timeout);
    if (exitCode === 0) return undefined;
    await delay(retryMs);
  }
  return failed(attempts, `the command ended with ${exitCode ?? 'no exit code'}`);
}

function commandOf([kind, ...words]: readonly string[]): Pick<ContainerSpec, 'entrypoint' | 'command'> {
  return kind === 'CMD-SHELL' ? { entrypoint: ['/bin/sh', '-c'], command: words } : { entrypoint: words, command: [] };
}

const localUrl = /https?:\/\/(?:localhost|127\.0\.0\.1)(?::(\d+))?(\/[^\s"'`)|;]*)?/;

/** A command that asks a URL of its container: it is asked in its place, since the image's curl is not simulated. */
function probeOfCommand(healthCheck: NonNullable<ContainerDefinition['healthCheck']>): Probe | undefined {
  const match = localUrl.exec(healthCheck.command.join(' '));
  if (!match) return undefined;
  return {
    kind: 'http',
    port: Number(match[1] ?? '80'),
    path: match[2] ?? '/',
    initialDelaySeconds: 0,
    intervalSeconds: healthCheck.interval ?? 30,
    timeoutSeconds: healthCheck.timeout ?? 5,
    healthyThreshold: 1,
    unhealthyThreshold: healthCheck.retries ?? 3,
  };
}
