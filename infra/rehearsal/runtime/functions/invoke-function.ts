import { setTimeout as delay } from 'node:timers/promises';
import type { Containers } from '../containers/containers';
import type { ContainerSpec, FunctionResult, PlatformLogs } from '../runtime';
import { openRuntimeApi, type RuntimeApi } from './runtime-api';

/** Where Lambda's own runtime API is, from inside. */
const apiPort = 9001;
/** A function that hangs must not hold up the rehearsal for Lambda's fifteen minutes. */
const timeScale = { divisor: 10, shortestSeconds: 20 };

export const functionNote = 'time limits of functions above 20 seconds are shortened to a tenth, or 20 seconds';

export type Invocation = { spec: ContainerSpec; payload: string; timeoutSeconds: number };

/** Starts the function's process for one invocation and ends it afterwards. Never throws what the function did. */
export async function invokeFunction(
  { spec, payload, timeoutSeconds }: Invocation,
  { containers, logs }: { containers: Containers; logs: PlatformLogs },
): Promise<FunctionResult> {
  const { divisor, shortestSeconds } = timeScale;
  const realSeconds = Math.min(timeoutSeconds, Math.max(shortestSeconds, timeoutSeconds / divisor));
  const api = await openRuntimeApi({
    payload,
    arn: spec.env.AWS_LAMBDA_FUNCTION_NAME ?? spec.name,
    deadlineMs: Date.now() + timeoutSeconds * 1_000,
  });
  const log = (line: string) => logs.append(spec.logGroup, line);
  log(`START RequestId: ${api.requestId} Version: $LATEST`);
  const startedAt = performance.now();
  try {
    const env = { ...spec.env, AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${apiPort}` };
    const container = await containers.start({ ...spec, env }, new Map([[apiPort, api.port]]));
    const over = new AbortController();
    const result = await Promise.race([
      api.result,
      container.ended.then((end) => exitError(api, end)),
      delay(realSeconds * 1_000, timeoutError(api, timeoutSeconds), { signal: over.signal }),
    ]);
    over.abort();
    await container.stop(0);
    if (!result.ok) log(`[ERROR] ${result.errorType}: ${result.errorMessage}`);
    return result;
  } finally {
    api.close();
    log(`END RequestId: ${api.requestId}`);
    log(`REPORT RequestId: ${api.requestId} Duration: ${(performance.now() - startedAt).toFixed(2)} ms`);
  }
}

/** The wordings are Lambda's. */
function exitError(
  api: RuntimeApi,
  { exitCode, signal }: { exitCode: number | null; signal: string | null },
): FunctionResult {
  const how = signal === null ? `exit status ${exitCode}` : `signal: ${signal}`;
  return {
    ok: false,
    errorType: 'Runtime.ExitError',
    errorMessage: `RequestId: ${api.requestId} Error: Runtime exited with error: ${how}`,
  };
}

function timeoutError(api: RuntimeApi, timeoutSeconds: number): FunctionResult {
  return {
    ok: false,
    errorType: 'Sandbox.Timedout',
    errorMessage: `RequestId: ${api.requestId} Error: Task timed out after ${timeoutSeconds.toFixed(2)} seconds`,
  };
}
