import { type Cloud, table } from '../cloud/cloud';
import { findEngineImage } from '../cloud/image-engine';
import { FailedInPlace } from '../cloud/refusal';
import type { Container, ContainerSpec, Front } from '../runtime/runtime';
import { startStore } from './container-stores';
import type { ContainerLifecycle } from './container-type';
import { awaitHealthy } from './health';
import { parseStoreImage } from './images';
import { applyEnvFiles, parseEnv, readMounted } from './mounted-files';
import { neighbours, networkOf } from './routes';

type Run = { process?: Container; fronts: Front[] };

/** What runs, by the container's id. */
const runs = table<Run>('Docker containers');

/**
 * Starts what the image is, and waits as the provider does: for its health, for its end, or not at all. What ends by itself is not
 * started again: restart policies are only checked.
 */
export async function startContainer(lifecycle: ContainerLifecycle): Promise<void> {
  const { cloud, id, inputs } = lifecycle;
  const image = parseStoreImage(inputs.image);
  if (image) return startStore(lifecycle, image);
  const run: Run = { fronts: [] };
  cloud.table(runs).set(id, run);
  const spec = describeContainer(lifecycle);
  run.process = await cloud.runtime.startContainer(spec);
  cloud.table(neighbours).set(id, { program: { kind: 'container', container: run.process }, inputs });
  await publish(lifecycle, run);
  if (inputs.wait && run.process) {
    const problem = await awaitHealthy(lifecycle, run.process, spec);
    if (problem !== undefined) throw new FailedInPlace(`container failed to be in healthy state (${problem})`);
  }
  if (inputs.attach && run.process) await awaitEnd(lifecycle, run.process, spec);
}

/**
 * As the provider removes it: with SIGTERM and time to end when the program gives some, else at once. What still runs is reached
 * until it ends.
 */
export async function endContainer({ cloud, id, inputs }: ContainerLifecycle): Promise<void> {
  const program = cloud.table(neighbours).get(id)?.program;
  if (program?.kind === 'store') await program.store.pause();
  const run = cloud.table(runs).get(id);
  await Promise.all(run?.fronts.map((front) => front.close()) ?? []);
  await run?.process?.stop(inputs.attach ? 0 : (inputs.destroyGraceSeconds ?? 0));
  cloud.table(runs).delete(id);
  cloud.table(neighbours).delete(id);
}

/** Whether it was started and runs no longer. */
export function isEnded(cloud: Cloud, id: string): boolean {
  const process = cloud.table(runs).get(id)?.process;
  return process !== undefined && !process.isRunning();
}

function describeContainer(lifecycle: ContainerLifecycle): ContainerSpec {
  const { cloud, entity, id, inputs } = lifecycle;
  const name = inputs.name ?? id;
  const image = findEngineImage(cloud, inputs.image);
  const built = image && cloud.runtime.images.find(image.id);
  if (!built) throw new FailedInPlace(`not simulated: the program of the image ${inputs.image}`);
  const entrypoint = inputs.entrypoints ?? built.entrypoint;
  const command = inputs.command ?? (inputs.entrypoints === undefined ? built.command : []);
  const read = (file: string) => readMounted(cloud, inputs, file);
  const { words, env } = applyEnvFiles([...entrypoint, ...command], parseEnv(inputs.envs ?? []), read);
  return {
    name,
    digest: built.digest,
    entrypoint: words,
    command: [],
    env,
    network: networkOf(cloud, entity),
    // A container of the same name has logs of its own.
    logGroup: `docker logs ${name} (${id.slice(0, 12)})`,
    limits: { ...(inputs.memory && { memoryMiB: inputs.memory }), ...(inputs.cpus && { cpu: Number(inputs.cpus) }) },
  };
}

/** Opens the ports of this machine that the container publishes. The start rules have found them free. */
async function publish(lifecycle: ContainerLifecycle, run: Run): Promise<void> {
  const { cloud, inputs } = lifecycle;
  for (const { external, internal } of inputs.ports ?? []) {
    const front = await cloud.runtime.openFront({
      name: inputs.name ?? '',
      scheme: 'http',
      ...(external !== undefined && { port: external }),
      forwardedFor: 'preserve',
      requestTimeoutSeconds: 3_600,
    });
    if (run.process) front.setBackends([{ container: run.process, port: internal, weight: 1 }]);
    run.fronts.push(front);
  }
}

/** The provider calls every end a success; the program is told how it was. */
async function awaitEnd({ cloud, entity, inputs }: ContainerLifecycle, process: Container, spec: ContainerSpec) {
  const { exitCode } = await process.ended;
  const problems = exitCode === 0 ? [] : cloud.runtime.failedConnections(process);
  for (const problem of problems) cloud.runtime.logs.append(spec.logGroup, problem);
  const containerLogs = inputs.logs ? cloud.runtime.logs.read(spec.logGroup).join('\n') : '';
  // A signal's end has the code 128 and its number; 137 is SIGKILL's.
  entity.outputs = { ...entity.outputs, exitCode: exitCode ?? 137, containerLogs };
}
