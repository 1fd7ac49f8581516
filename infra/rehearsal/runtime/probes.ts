import { request } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Container, Probe, ProbeResult } from './runtime';

export type ProbeOptions = { localPort(container: Container, port: number): number | undefined };
export type WaitOptions = ProbeOptions & {
  /** Whether anything in the container listens on any port. */
  isListening(container: Container): boolean;
  signal?: AbortSignal | undefined;
};

/** Minutes in a cloud are seconds here, but a process that really starts gets the time it needs. Milliseconds. */
const window = { divisor: 10, shortest: 6_000, longest: 12_000 };
const shortestInterval = 50;
/** A program does not load faster because waits are shortened, least of all on a busy machine: until it listens it has this long. */
const longestLoading = 20_000;
const portPause = 20;

export type ProbePace = { initialDelayMs: number; loadingMs: number; intervalMs: number; timeoutMs: number };

/**
 * How fast a probe is really repeated: ten times as fast as it says, but so that all attempts together take between 6 and
 * 12 seconds, or what the probe allows if that is less.
 */
export function paceOf(probe: Probe): ProbePace {
  const attempts = Math.max(1, probe.unhealthyThreshold);
  const allowed = attempts * probe.intervalSeconds * 1_000;
  const shortened = Math.min(window.longest, Math.max(window.shortest, allowed / window.divisor));
  const intervalMs = Math.max(shortestInterval, Math.min(allowed, shortened) / attempts);
  return {
    initialDelayMs: Math.min(1_000, (probe.initialDelaySeconds * 1_000) / window.divisor),
    loadingMs: Math.min(allowed, longestLoading),
    intervalMs,
    // A probe that is answered at all is answered within milliseconds.
    timeoutMs: Math.min(probe.timeoutSeconds * 1_000, Math.max(intervalMs, 1_000)),
  };
}

export const paceNote =
  'waits of health checks are shortened: ten times as fast, all attempts in at most 12 seconds once the program listens';

/**
 * One attempt. Gives undefined when it is well, else what came back. A port on which nothing listens yet is waited for as long as
 * for an answer: Cloud Run's own start-up probe is a single attempt of 240 seconds.
 */
export async function attempt(
  container: Container,
  probe: Probe,
  { localPort, timeoutMs }: ProbeOptions & { timeoutMs: number },
): Promise<string | undefined> {
  const end = performance.now() + timeoutMs;
  while (container.isRunning()) {
    const port = localPort(container, probe.port);
    const left = Math.max(1, Math.ceil(end - performance.now()));
    if (port !== undefined) return probe.kind === 'tcp' ? attemptTcp(port, left) : attemptHttp(port, probe, left);
    if (left === 1) return `nothing listens on port ${probe.port}`;
    await Promise.race([container.ended, delay(Math.min(portPause, left))]);
  }
  return describeEnd(await container.ended);
}

/** Repeats until as many attempts in a row succeeded, or failed, as the probe says, or the container has ended. */
export async function probeUntilDecided(
  container: Container,
  probe: Probe,
  { localPort, isListening, signal }: WaitOptions,
): Promise<ProbeResult> {
  const pace = paceOf(probe);
  const over = new AbortController();
  const waiting = signal ? AbortSignal.any([signal, over.signal]) : over.signal;
  void container.ended.then(() => over.abort());
  const wait = (milliseconds: number) => delay(milliseconds, undefined, { signal: waiting }).catch(() => {});
  let [attempts, good, bad, lastAnswer] = [0, 0, 0, 'no attempt was made'];
  await wait(pace.initialDelayMs);
  const loaded = performance.now() + pace.loadingMs;
  while (!isListening(container) && !waiting.aborted && performance.now() < loaded) await wait(portPause);
  for (;;) {
    if (signal?.aborted) return { healthy: false, attempts, lastAnswer: `given up: ${lastAnswer}` };
    const startedAt = performance.now();
    const wrong = await attempt(container, probe, { localPort, timeoutMs: pace.timeoutMs });
    attempts += 1;
    if (wrong === undefined) [good, bad] = [good + 1, 0];
    else [good, bad, lastAnswer] = [0, bad + 1, wrong];
    if (good >= probe.healthyThreshold) return { healthy: true, attempts };
    if (bad >= probe.unhealthyThreshold || !container.isRunning()) return { healthy: false, attempts, lastAnswer };
    await wait(Math.max(0, pace.intervalMs - (performance.now() - startedAt)));
  }
}

function attemptTcp(port: number, timeoutMs: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: timeoutMs });
    const finish = (wrong?: string) => {
      socket.destroy();
      resolve(wrong);
    };
    socket.once('connect', () => finish());
    socket.once('error', (error: NodeJS.ErrnoException) => finish(error.code ?? error.message));
    socket.once('timeout', () => finish('no answer in time'));
  });
}

function attemptHttp(port: number, probe: Probe, timeoutMs: number): Promise<string | undefined> {
  const accepts = probe.accepts ?? ((status: number) => status >= 200 && status < 400);
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const path = probe.path ?? '/';
    const outgoing = request({ port, host: '127.0.0.1', path, agent: false, signal }, (answer) => {
      const status = answer.statusCode ?? 0;
      let body = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => {
        body = (body + chunk).slice(0, 200);
      });
      answer.once('error', () => resolve(`HTTP ${status} on ${path}, cut off`));
      answer.once('end', () => resolve(accepts(status) ? undefined : `HTTP ${status} on ${path}: ${body}`));
    });
    outgoing.once('error', (error: NodeJS.ErrnoException) => {
      resolve(signal.aborted ? `no answer on ${path} in time` : `${error.code ?? error.message} on ${path}`);
    });
    outgoing.end();
  });
}

function describeEnd({ exitCode, signal }: { exitCode: number | null; signal: NodeJS.Signals | null }): string {
  return signal === null ? `the process ended with code ${exitCode}` : `the process was ended by ${signal}`;
}
