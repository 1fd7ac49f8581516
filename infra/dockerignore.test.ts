import { parseDockerignore } from './dockerignore';

const ignored = (text: string, path: string) => parseDockerignore(text).isIgnored(path);

describe('parseDockerignore', () => {
  test.each([
    ['a file by its path', 'a/b.txt', 'a/b.txt', true],
    ['a file of that name elsewhere', 'b.txt', 'a/b.txt', false],
    ['what is below a folder', 'node_modules', 'node_modules/a/b.js', true],
    ['a folder with a final slash', 'dist/', 'dist/a.js', true],
    ['a path with a leading slash', '/dist', 'dist/a.js', true],
    ['* within a folder', '*.md', 'README.md', true],
    ['* not across folders', '*.md', 'docs/a.md', false],
    ['** across folders', '**/*.md', 'docs/deep/a.md', true],
    ['** at the top too', '**/*.md', 'a.md', true],
    ['** at the end', 'docs/**', 'docs/a/b.md', true],
    ['? as one character', 'a?.txt', 'ab.txt', true],
    ['? not as a slash', 'a?b', 'a/b', false],
    ['a character class', 'v[0-9].txt', 'v1.txt', true],
    ['a dot as a dot', 'a.txt', 'axtxt', false],
    ['an escaped star', 'a\\*.txt', 'a*.txt', true],
    ['nothing for a comment', '# a.txt', '# a.txt', false],
    ['spaces and empty lines', '\n  a.txt  \n\n', 'a.txt', true],
  ])('reads %s', (_, text, path, expected) => {
    expect(ignored(text, path)).toBe(expected);
  });

  test('lets the last matching line decide', () => {
    expect(ignored('*\n!service\nservice/**/*.test.ts', 'service/app.ts')).toBe(false);
    expect(ignored('*\n!service\nservice/**/*.test.ts', 'service/a/app.test.ts')).toBe(true);
    expect(ignored('*\n!service\nservice/**/*.test.ts', 'infra/app.ts')).toBe(true);
    expect(ignored('!a.txt\na.txt', 'a.txt')).toBe(true);
  });

  test('reads a folder that is left out only where an exception may take something back', () => {
    const filter = parseDockerignore('*\n!service/app.ts\n!docs/**/*.md');
    expect(filter.mayHoldFiles('service')).toBe(true);
    expect(filter.mayHoldFiles('docs/deep')).toBe(true);
    expect(filter.mayHoldFiles('node_modules')).toBe(false);
    expect(parseDockerignore('a').mayHoldFiles('b')).toBe(true);
  });
});
