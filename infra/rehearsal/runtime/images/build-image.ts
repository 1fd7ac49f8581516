import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, lstat, mkdir, readdir, readFile, readlink } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { parseDockerignore } from '../../../dockerignore';
import type { Image, ImageBuild } from '../runtime';
import { copyIntoStage } from './copy-into-stage';
import {
  type Dockerfile,
  DockerfileError,
  type Instruction,
  parseCommand,
  parseDockerfile,
  parseList,
  parsePairs,
  replaceVariables,
  type Stage,
  splitWords,
} from './parse-dockerfile';

/** A RUN instruction, for whoever knows what it does; `root` is the stage's file system as it stands. */
export type RunStep = {
  stage: string | undefined;
  command: string;
  root: string;
  workdir: string;
  env: Readonly<Record<string, string>>;
  contextFolder: string;
};

/** Does to the files below `root` what the command would; false when it does not know the command. */
export type RunHook = (step: RunStep) => Promise<boolean>;

type Config = Omit<Image, 'digest' | 'platform'>;
type Built = {
  root: string;
  config: Config /** What the digest covers beside files: the instructions, resolved. */;
  history: string[];
};

const shell = ['/bin/sh', '-c'];
const emptyConfig: Config = {
  env: {},
  user: '',
  exposedPorts: [],
  workdir: '/',
  labels: {},
  entrypoint: [],
  command: [],
};

/**
 * Builds the wanted stage and those that it copies from, in folders below `folder`. Commands are not run but given to `run`, since
 * they belong into a container; base images are not there, so that an image consists of what its own Dockerfile adds.
 */
export async function buildImage(
  request: ImageBuild,
  { folder, run }: { folder: string; run: RunHook },
): Promise<{ image: Image; root: string }> {
  const dockerfile = parseDockerfile(request.dockerfile);
  const globals = resolveGlobals(dockerfile, request);
  const built = new Map<Stage, Promise<Built>>();
  const filter = await readContextFilter(request.contextFolder);
  const stage = request.target === undefined ? dockerfile.stages.at(-1) : findStage(dockerfile, request.target);
  if (!stage) throw new DockerfileError(`target stage "${request.target}" could not be found`);
  const { root, config, history } = await buildStage(stage);
  const labels = { ...config.labels, ...request.labels };
  const { platform } = request;
  const hash = createHash('sha256').update(JSON.stringify({ ...config, labels, history, platform }));
  await hashFiles(hash, root, '');
  return { image: { ...config, labels, platform, digest: `sha256:${hash.digest('hex')}` }, root };

  function buildStage(wanted: Stage): Promise<Built> {
    const known = built.get(wanted) ?? build(wanted, dockerfile.stages.indexOf(wanted));
    built.set(wanted, known);
    return known;
  }

  async function build(current: Stage, index: number): Promise<Built> {
    const root = join(folder, String(index));
    await mkdir(root, { recursive: true });
    const baseName = replaceVariables(current.base, globals);
    if (baseName === '') throw new DockerfileError(`base name (${current.base}) should not be blank`);
    const base = findStage({ ...dockerfile, stages: dockerfile.stages.slice(0, index) }, baseName);
    const inherited = base && (await buildStage(base));
    if (inherited)
      await cp(inherited.root, root, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
    const baseConfig = inherited?.config ?? emptyConfig;
    let config = baseConfig;
    const history = [...(inherited?.history ?? []), `FROM ${baseName}`];
    const args = new Map<string, string>();
    for (const step of current.steps) {
      const variables = new Map([...args, ...Object.entries(config.env)]);
      const text = step.name === 'RUN' ? step.text : replaceVariables(step.text, variables);
      if (step.name === 'ARG') for (const [name, value] of declareArgs(text)) args.set(name, value);
      else if (step.name === 'RUN') await runStep(step, { stage: current, root, config, args });
      else if (step.name === 'COPY' || step.name === 'ADD') await copyStep(step, { text, root, config, index });
      else config = applyToConfig(config, { ...step, text }, baseConfig);
      if (step.name === 'WORKDIR') await mkdir(join(root, config.workdir), { recursive: true });
      history.push(`${step.name} ${JSON.stringify(step.flags)} ${text}`);
    }
    return { root, config, history };
  }

  function declareArgs(text: string): [string, string][] {
    return splitWords(text).flatMap((word): [string, string][] => {
      const [name = '', ...rest] = word.split('=');
      const value = request.buildArgs[name] ?? (rest.length > 0 ? rest.join('=') : globals.get(name));
      return value === undefined ? [] : [[name, value]];
    });
  }

  async function runStep(
    step: Instruction,
    at: { stage: Stage; root: string; config: Config; args: ReadonlyMap<string, string> },
  ): Promise<void> {
    const { root, config, stage: current, args } = at;
    const isKnown = await run({
      stage: current.name,
      command: parseList(step.text)?.join(' ') ?? step.text,
      root,
      workdir: config.workdir,
      env: { ...Object.fromEntries(args), ...config.env },
      contextFolder: request.contextFolder,
    });
    if (!isKnown) {
      throw new DockerfileError(
        `line ${step.line}: not simulated: RUN ${step.text}; the rehearsal's scenario says what commands of a build do`,
      );
    }
  }

  async function copyStep(
    step: Instruction,
    { text, root, config, index }: { text: string; root: string; config: Config; index: number },
  ): Promise<void> {
    const words = parseList(text) ?? splitWords(text);
    const destination = words.pop();
    if (destination === undefined || words.length === 0) {
      throw new DockerfileError(`line ${step.line}: ${step.name} requires at least two arguments`);
    }
    const remote = words.find((word) => /^(https?|git):|^git@/.test(word));
    if (remote !== undefined) throw new DockerfileError(`line ${step.line}: not simulated: ${step.name} of a URL`);
    const target = { sources: words, root, workdir: config.workdir, destination, mode: step.flags.chmod };
    const { from } = step.flags;
    if (from === undefined) {
      await copyIntoStage({ ...target, from: request.contextFolder, isIncluded: (path) => !filter.isIgnored(path) });
      return;
    }
    const source = findStage({ ...dockerfile, stages: dockerfile.stages.slice(0, index) }, from);
    if (!source) throw new DockerfileError(`line ${step.line}: not simulated: COPY --from=${from}, which is no stage`);
    await copyIntoStage({ ...target, from: (await buildStage(source)).root });
  }
}

function resolveGlobals(dockerfile: Dockerfile, { buildArgs, platform }: ImageBuild): Map<string, string> {
  const [os = '', architecture = ''] = platform.split('/');
  const globals = new Map([
    ['TARGETPLATFORM', platform],
    ['TARGETOS', os],
    ['TARGETARCH', architecture],
  ]);
  for (const { text } of dockerfile.globals) {
    for (const word of splitWords(replaceVariables(text, globals))) {
      const [name = '', ...rest] = word.split('=');
      const value = buildArgs[name] ?? (rest.length > 0 ? rest.join('=') : undefined);
      if (value !== undefined) globals.set(name, value);
    }
  }
  return globals;
}

function findStage(dockerfile: Dockerfile, name: string): Stage | undefined {
  return (
    dockerfile.stages.find((stage) => stage.name === name.toLowerCase()) ??
    (/^\d+$/.test(name) ? dockerfile.stages[Number(name)] : undefined)
  );
}

function applyToConfig(config: Config, { name, text, line }: Instruction, base: Config): Config {
  switch (name) {
    case 'ENV':
      return { ...config, env: { ...config.env, ...Object.fromEntries(parsePairs(text)) } };
    case 'LABEL':
      return { ...config, labels: { ...config.labels, ...Object.fromEntries(parsePairs(text)) } };
    case 'USER':
      return { ...config, user: text };
    case 'WORKDIR':
      return { ...config, workdir: posix.resolve(config.workdir, text) };
    case 'EXPOSE': {
      const ports = splitWords(text).map((word) => Number(word.split('/')[0]));
      if (!ports.every((port) => Number.isInteger(port) && port > 0 && port < 65_536)) {
        throw new DockerfileError(`line ${line}: invalid containerPort: ${text}`);
      }
      return { ...config, exposedPorts: [...config.exposedPorts, ...ports] };
    }
    case 'ENTRYPOINT':
      return {
        ...config,
        entrypoint: parseCommand(text, shell),
        // A new entry point drops the command of the base.
        command: config.command === base.command ? [] : config.command,
      };
    case 'CMD':
      return { ...config, command: parseCommand(text, shell) };
    case 'HEALTHCHECK':
    case 'MAINTAINER':
    case 'STOPSIGNAL':
    case 'VOLUME':
      // The platforms probe by their own settings and stop with SIGTERM.
      return config;
    default:
      throw new DockerfileError(`line ${line}: not simulated: ${name}`);
  }
}

async function readContextFilter(contextFolder: string) {
  const file = join(contextFolder, '.dockerignore');
  return parseDockerignore(existsSync(file) ? await readFile(file, 'utf8') : '');
}

/** Paths, modes and contents in byte order; times do not count, as in a reproducible build. */
async function hashFiles(hash: ReturnType<typeof createHash>, root: string, path: string): Promise<void> {
  const full = join(root, path);
  const found = await lstat(full);
  if (found.isDirectory()) {
    for (const entry of (await readdir(full)).sort()) await hashFiles(hash, root, posix.join(path, entry));
  } else if (found.isSymbolicLink()) hash.update(`\0${path}\0link\0${await readlink(full)}`);
  else hash.update(`\0${path}\0${(found.mode & 0o777).toString(8)}\0`).update(await readFile(full));
}
