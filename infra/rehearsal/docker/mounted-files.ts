import type { Cloud } from '../cloud/cloud';
import type { ContainerInputs } from './container-type';
import { contentsOf } from './volume';

/** A file that the container sees in one of its volumes. */
export function readMounted(cloud: Cloud, { volumes = [] }: ContainerInputs, file: string): string | undefined {
  for (const { containerPath = '', volumeName = '' } of volumes) {
    if (file.startsWith(`${containerPath}/`))
      return contentsOf(cloud, volumeName).files.get(file.slice(containerPath.length));
  }
  return undefined;
}

/** `NAME=VALUE` in each entry; a name alone has no value. */
export function parseEnv(entries: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    entries.flatMap((entry) => {
      const at = entry.indexOf('=');
      return at > 0 ? [[entry.slice(0, at), entry.slice(at + 1)]] : [];
    }),
  );
}

/**
 * What Node.js does with `--env-file`, done for it: a volume's files are no files of this machine. The environment wins.
 * Source: https://nodejs.org/api/cli.html#--env-fileconfig
 */
export function applyEnvFiles(
  words: readonly string[],
  env: Record<string, string>,
  read: (file: string) => string | undefined,
): { words: string[]; env: Record<string, string> } {
  const files = words.flatMap((word) => (word.startsWith('--env-file=') ? [word.slice('--env-file='.length)] : []));
  if (words[0] !== 'node' || files.length === 0) return { words: [...words], env };
  const given = files.map((file) => {
    const text = read(file);
    if (text === undefined) throw new Error(`node: ${file}: not found`);
    return parseEnv(text.split('\n').filter((line) => line !== '' && !line.startsWith('#')));
  });
  return { words: words.filter((word) => !word.startsWith('--env-file=')), env: Object.assign({}, ...given, env) };
}
