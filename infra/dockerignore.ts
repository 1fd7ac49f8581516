/** One line of a .dockerignore file. */
type Pattern = { isException: boolean; text: string; regexp: RegExp };

/** Says which paths of a build context Docker leaves out. */
export type ContextFilter = {
  isIgnored(path: string): boolean;
  /** False when everything below the folder is left out, so that it need not be read. */
  mayHoldFiles(folder: string): boolean;
};

/**
 * Reads a .dockerignore as Docker does: the last matching line decides, a line matches what is below it too, `!`
 * takes back. Source: https://docs.docker.com/build/concepts/context/#dockerignore-files and github.com/moby/patternmatcher.
 */
export function parseDockerignore(text: string): ContextFilter {
  const patterns = text.split(/\r?\n/).flatMap(parseLine);
  const isIgnored = (path: string) => {
    const candidates = withParents(path);
    const last = patterns.findLast(({ regexp }) => candidates.some((candidate) => regexp.test(candidate)));
    return last !== undefined && !last.isException;
  };
  return {
    isIgnored,
    mayHoldFiles: (folder) =>
      !isIgnored(folder) || patterns.some(({ isException, text }) => isException && mayMatchBelow(text, folder)),
  };
}

function parseLine(line: string): Pattern[] {
  if (line.startsWith('#')) return [];
  const trimmed = line.trim();
  const isException = trimmed.startsWith('!');
  const text = cleanPath(isException ? trimmed.slice(1).trim() : trimmed);
  return text === '' ? [] : [{ isException, text, regexp: toRegExp(text) }];
}

/** `./a//b/` is `a/b`; a leading slash means the same as none. */
function cleanPath(path: string): string {
  return path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
}

/** `a/b/c` gives `a`, `a/b` and `a/b/c`. */
function withParents(path: string): string[] {
  return path.split('/').map((_, index, parts) => parts.slice(0, index + 1).join('/'));
}

/** Whether an exception could take back something below the folder; a wildcard at its start could anywhere. */
function mayMatchBelow(text: string, folder: string): boolean {
  const fixed = text.slice(0, text.search(/[*?[\\]|$/));
  return `${folder}/`.startsWith(fixed) || fixed.startsWith(`${folder}/`);
}

function toRegExp(pattern: string): RegExp {
  const source = pattern.replace(/\*\*\/?|\*|\?|\\.|\[[^\]]*\]|[.+^${}()|]/g, (token) => {
    if (token === '**/') return '(?:.*/)?';
    if (token === '**') return '.*';
    if (token === '*') return '[^/]*';
    if (token === '?') return '[^/]';
    if (token.startsWith('[')) return token;
    if (token.startsWith('\\')) return `\\${token.slice(1)}`;
    return `\\${token}`;
  });
  return new RegExp(`^${source}$`, 's');
}
