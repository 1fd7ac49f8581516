import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Server } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { Traffic } from '../fronts/traffic';
import type { Guard } from '../guard';
import type { Container, ContainerSpec, Image, Network, PlatformLogs, Route, Store } from '../runtime';
import { buildCommand } from './container-command';
import { type Answer, openControlServer, type Question } from './control-server';
import { limitMemory } from './memory-limit';

export type Containers = {
  /** `loopback`: ports of 127.0.0.1 inside the container that lead to the platform, as a function's runtime API. */
  start(spec: ContainerSpec, loopback?: ReadonlyMap<number, number>): Promise<Container>;
  /** See Runtime. */
  execute(container: Container, spec: ContainerSpec, timeoutSeconds: number): Promise<number | null>;
  /** The local port behind a port of the container; undefined when nothing listens there that others can reach. */
  localPort(container: Container, port: number): number | undefined;
  isListening(container: Container): boolean;
  failedConnections(container: Container): readonly string[];
  close(): Promise<void>;
};

export type ContainersOptions = {
  folder: string;
  /** See certificates/authorities.ts. */
  authoritiesFile: string;
  guard: Guard;
  logs: PlatformLogs;
  traffic: Traffic;
  note(text: string): void;
  getImage(digest: string): { image: Image; root: string };
  /** Where a store answers on this machine; undefined while it is stopped. */
  storePort(store: Store): number | undefined;
};

type Listener = { host: string; local: number };
type Running = { listeners: Map<number, Listener>; failures: Map<string, string> };

const hookFile = 'network-hook.mjs';

export function createContainers(options: ContainersOptions): Containers {
  const { folder, authoritiesFile, guard, logs } = options;
  const running = new Map<Container, Running>();
  let count = 0;
  mkdirSync(folder, { recursive: true });
  const hook = join(folder, hookFile);
  // The repository may lie where a container's user cannot read.
  copyFileSync(join(__dirname, hookFile), hook);

  async function start(spec: ContainerSpec, loopback: ReadonlyMap<number, number> = new Map()): Promise<Container> {
    const { image, root } = options.getImage(spec.digest);
    noteDifferences(image);
    count += 1;
    const controlPath = join(folder, `${count}.sock`);
    const command = buildCommand(spec, image, root);
    const listeners = new Map<number, Listener>();
    const failures = new Map<string, string>();
    const control = await openControlServer(controlPath, (question) => answer(question));
    const url = pathToFileURL(hook);
    url.search = new URLSearchParams({ control: controlPath, authorities: authoritiesFile }).toString();
    const { program, args, folder: cwd, env } = command;
    const child = spawn(program, args, {
      cwd,
      env: { ...env, NODE_OPTIONS: `${env.NODE_OPTIONS ?? ''} --import=${url}`.trim() },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own, so that its children end with it and a Ctrl-C in the terminal does not reach it.
      detached: true,
    });
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => logs.append(spec.logGroup, line));
    }
    const container = watch(spec, child, control);
    limitMemory(child, spec, logs);
    running.set(container, { listeners, failures });
    return container;

    function answer(question: Question): Answer {
      if (question.ask === 'listening') {
        listeners.set(question.port, { host: question.host, local: question.local });
        return { kind: 'noted' };
      }
      if (question.ask === 'closed') {
        listeners.delete(question.port);
        return { kind: 'noted' };
      }
      const { host, port } = question;
      if (isLoopback(host)) return openOrRefused(loopback.get(port) ?? listeners.get(port)?.local);
      const route = spec.network.route(host, port);
      if (port === 0) return answerName(spec.network, host, route);
      if (route.kind === 'store') return openOrRefused(options.storePort(route.store));
      const open = route.kind === 'container' ? localPort(route.container, port) : undefined;
      if (open === undefined) failures.set(`${host}:${port}`, describeFailure(host, port, route));
      return route.kind === 'container' ? openOrRefused(open) : { kind: route.kind };
    }
  }

  function watch(spec: ContainerSpec, child: ChildProcess, control: Server): Container {
    const { pid } = child;
    let isAlive = pid !== undefined;
    if (pid !== undefined) guard.watch(pid);
    const ended = new Promise<{ exitCode: number | null; signal: NodeJS.Signals | null }>((resolve) => {
      const finish = (exitCode: number | null, signal: NodeJS.Signals | null) => {
        isAlive = false;
        control.close();
        if (pid !== undefined) guard.forget(pid);
        resolve({ exitCode, signal });
      };
      child.once('error', (error) => {
        logs.append(spec.logGroup, `${spec.name}: cannot start: ${error.message}`);
        finish(127, null);
      });
      // A container ends with its first process, whatever that one has left behind.
      child.once('exit', () => pid !== undefined && signalGroup(pid, 'SIGKILL'));
      // What was written last is in the logs by then.
      child.once('close', finish);
    });
    const container: Container = {
      name: spec.name,
      digest: spec.digest,
      ended,
      isRunning: () => isAlive,
      stop: async (graceSeconds) => {
        if (!isAlive || pid === undefined) return;
        await options.traffic.whenQuiet(container, AbortSignal.timeout(Math.ceil(graceSeconds * 1_000)));
        child.kill('SIGTERM');
        const timer = new AbortController();
        const grace = delay(graceSeconds * 1_000, undefined, { signal: timer.signal }).catch(() => {});
        await Promise.race([ended, grace]);
        timer.abort();
        if (isAlive) signalGroup(pid, 'SIGKILL');
        await ended;
      },
    };
    return container;
  }

  function noteDifferences(image: Image): void {
    const [user = ''] = image.user.split(':');
    if (['', 'root', '0'].includes(user)) {
      options.note(`the image ${shorten(image.digest)} runs as root: give it a USER`);
    }
  }

  async function execute(container: Container, spec: ContainerSpec, timeoutSeconds: number): Promise<number | null> {
    const listeners = running.get(container)?.listeners ?? new Map<number, Listener>();
    const command = await start(spec, new Map([...listeners].map(([port, { local }]) => [port, local])));
    const late = setTimeout(() => void command.stop(0), timeoutSeconds * 1_000);
    const { exitCode } = await command.ended;
    clearTimeout(late);
    running.delete(command);
    return exitCode;
  }

  function localPort(container: Container, port: number): number | undefined {
    const listener = running.get(container)?.listeners.get(port);
    return listener && !isLoopback(listener.host) ? listener.local : undefined;
  }

  return {
    start,
    execute,
    localPort,
    isListening: (container) => (running.get(container)?.listeners.size ?? 0) > 0,
    failedConnections: (container) => [...(running.get(container)?.failures.values() ?? [])],
    close: async () => {
      await Promise.all([...running.keys()].map((container) => container.stop(0)));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function openOrRefused(port: number | undefined): Answer {
  return port === undefined ? { kind: 'refused' } : { kind: 'open', port };
}

/** To a program that only looks a name up. */
function answerName(network: Network, host: string, route: Route): Answer {
  if (route.kind === 'unknown host') return { kind: route.kind };
  const addresses = network.lookup?.(host);
  return { kind: 'noted', ...(addresses && { addresses }) };
}

function describeFailure(host: string, port: number, route: Exclude<Route, { kind: 'store' }>): string {
  if (route.kind === 'container') return `${host}:${port} was refused: ${route.container.name} does not listen there`;
  const what = { timeout: 'timed out', refused: 'was refused', 'unknown host': 'found no such host' }[route.kind];
  return `${host}:${port} ${what}: ${route.why}`;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host);
}

function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch {
    // It has ended already.
  }
}

function shorten(digest: string): string {
  return digest.slice(0, 'sha256:'.length + 12);
}
