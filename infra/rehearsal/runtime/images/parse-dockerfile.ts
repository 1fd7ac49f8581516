/** One instruction, as written: flags apart, continuation lines joined, variables not replaced yet. */
export type Instruction = { name: string; flags: Readonly<Record<string, string>>; text: string; line: number };

/** A stage: what `FROM` says, and what follows. */
export type Stage = { base: string; name: string | undefined; platform: string | undefined; steps: Instruction[] };

export type Dockerfile = { /** ARG lines before the first FROM. */ globals: Instruction[]; stages: Stage[] };

export class DockerfileError extends Error {
  override readonly name = 'DockerfileError';
}

const known =
  /^(ADD|ARG|CMD|COPY|ENTRYPOINT|ENV|EXPOSE|FROM|HEALTHCHECK|LABEL|MAINTAINER|ONBUILD|RUN|SHELL|STOPSIGNAL|USER|VOLUME|WORKDIR)$/;

/** Throws a DockerfileError that names the line. Source: https://docs.docker.com/reference/dockerfile/ */
export function parseDockerfile(text: string): Dockerfile {
  const dockerfile: Dockerfile = { globals: [], stages: [] };
  for (const instruction of readInstructions(text)) {
    const stage = dockerfile.stages.at(-1);
    if (instruction.name === 'FROM') dockerfile.stages.push(parseFrom(instruction));
    else if (stage) stage.steps.push(instruction);
    else if (instruction.name === 'ARG') dockerfile.globals.push(instruction);
    else throw new DockerfileError(`line ${instruction.line}: no build stage in current context: ${instruction.name}`);
  }
  if (dockerfile.stages.length === 0) throw new DockerfileError('no FROM: the file has no build stage');
  return dockerfile;
}

function readInstructions(text: string): Instruction[] {
  const lines = text.split(/\r?\n/);
  const continuation = /^#\s*escape\s*=\s*`\s*$/im.test(lines.slice(0, 3).join('\n')) ? '`' : '\\';
  const instructions: Instruction[] = [];
  for (let index = 0; index < lines.length; index += 1) {
    const start = index;
    let joined = (lines[index] ?? '').trim();
    if (joined === '' || joined.startsWith('#')) continue;
    while (joined.endsWith(continuation) && index + 1 < lines.length) {
      index += 1;
      const next = (lines[index] ?? '').trim();
      // Comments and empty lines inside an instruction are left out.
      if (next !== '' && !next.startsWith('#')) joined = `${joined.slice(0, -1)}${next}`;
      else if (index + 1 === lines.length) joined = joined.slice(0, -1);
    }
    instructions.push(parseInstruction(joined, start + 1));
  }
  return instructions;
}

function parseInstruction(joined: string, line: number): Instruction {
  const [, word = '', rest = ''] = /^(\S+)\s*([\s\S]*)$/.exec(joined) ?? [];
  const name = word.toUpperCase();
  if (!known.test(name)) throw new DockerfileError(`line ${line}: unknown instruction: ${word}`);
  const flags: Record<string, string> = {};
  let text = rest;
  for (let flag = matchFlag(text); flag; flag = matchFlag(text)) {
    flags[flag[1] ?? ''] = flag[2] ?? 'true';
    text = text.slice(flag[0].length);
  }
  if (text.trim() === '') throw new DockerfileError(`line ${line}: ${name} requires an argument`);
  if (/^(RUN|COPY|ADD)$/.test(name) && /^<<-?["']?\w/.test(text)) {
    throw new DockerfileError(`line ${line}: not simulated: here-documents`);
  }
  return { name, flags, text: text.trim(), line };
}

function matchFlag(text: string): RegExpExecArray | null {
  return /^--([a-z-]+)(?:=("[^"]*"|\S*))?\s+/.exec(text);
}

function parseFrom({ text, flags, line }: Instruction): Stage {
  const [base, as, name, ...rest] = text.split(/\s+/);
  if (base === undefined || rest.length > 0 || (as === undefined ? false : as.toUpperCase() !== 'AS' || !name)) {
    throw new DockerfileError(`line ${line}: FROM requires either one or three arguments`);
  }
  return { base, name: name?.toLowerCase(), platform: flags.platform, steps: [] };
}

/** Replaces `$NAME`, `${NAME}`, `${NAME:-default}` and `${NAME:+other}`; single quotes do not protect, a backslash does. */
export function replaceVariables(text: string, variables: ReadonlyMap<string, string>): string {
  return text.replace(
    /\\\$|\$(?:(\w+)|\{(\w+)(?:(:?[-+])((?:[^{}]|\{[^{}]*\})*))?\})/g,
    (token, plain?: string, braced?: string, operator?: string, word = '') => {
      if (token === '\\$') return '$';
      const value = variables.get(plain ?? braced ?? '');
      const isSet = value !== undefined && (value !== '' || !operator?.startsWith(':'));
      if (operator?.endsWith('-')) return isSet ? value : replaceVariables(word, variables);
      if (operator?.endsWith('+')) return isSet ? replaceVariables(word, variables) : '';
      return value ?? '';
    },
  );
}

/** Words separated by spaces, quotes taken off; `NAME="a b"` is one word. */
export function splitWords(text: string): string[] {
  const words = text.match(/(?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+/g) ?? [];
  return words.map((word) =>
    word.replace(/"((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)/g, (_token, double?: string, single?: string, plain?: string) => {
      if (double !== undefined) return double.replace(/\\(["\\$])/g, '$1');
      return single ?? plain ?? '';
    }),
  );
}

/** `NAME=value` pairs, or the old form `NAME the rest`. */
export function parsePairs(text: string): [string, string][] {
  if (!/^[^\s"']+=/.test(text)) {
    const [, name = '', value = ''] = /^(\S+)\s+([\s\S]*)$/.exec(text) ?? [];
    return [[name, value]];
  }
  return splitWords(text).map((pair) => {
    const at = pair.indexOf('=');
    return at === -1 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
  });
}

/** A command in its exec form (a JSON list), or through a shell. */
export function parseCommand(text: string, shell: readonly string[]): string[] {
  const list = parseList(text);
  return list ?? [...shell, text];
}

/** A JSON list of texts; undefined when it is none. */
export function parseList(text: string): string[] | undefined {
  if (!text.startsWith('[')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : undefined;
  } catch {
    return undefined;
  }
}
