import { parseCommand, parseDockerfile, parsePairs, replaceVariables, splitWords } from './parse-dockerfile';

describe('parseDockerfile', () => {
  test('reads stages, flags, comments and continued lines', () => {
    const { globals, stages } = parseDockerfile(
      `ARG BASE=node:24
# a comment
FROM --platform=linux/amd64 \${BASE} AS Build
RUN a \\
  # inside

  && b
COPY --from=x --chmod=755 a b ./
FROM scratch
`,
    );
    expect(globals.map(({ text }) => text)).toEqual(['BASE=node:24']);
    expect(stages).toEqual([
      {
        base: `\${BASE}`,
        name: 'build',
        platform: 'linux/amd64',
        steps: [
          { name: 'RUN', flags: {}, text: 'a && b', line: 4 },
          { name: 'COPY', flags: { from: 'x', chmod: '755' }, text: 'a b ./', line: 8 },
        ],
      },
      { base: 'scratch', name: undefined, platform: undefined, steps: [] },
    ]);
  });

  test.each([
    ['', 'no FROM'],
    ['RUN true\nFROM scratch', 'line 1: no build stage'],
    ['FROM scratch\nFORM x', 'line 2: unknown instruction: FORM'],
    ['FROM scratch AS', 'line 1: FROM requires'],
    ['FROM scratch\nENV', 'line 2: ENV requires an argument'],
    ['FROM scratch\nRUN <<EOF\ntrue\nEOF', 'line 2: not simulated: here-documents'],
  ])('refuses %j', (text, message) => {
    expect(() => parseDockerfile(text)).toThrow(message);
  });
});

test.each([
  [`$A-\${A}-\${B}`, 'x-x-'],
  [`\${B:-fall$A}\${B:-\${A}}|\${E:-e}|\${E-e}`, 'fallxx|e|'],
  [`\${A:+set}|\${B:+set}|\${E:+set}|\${E+set}`, 'set|||set'],
  ['\\$A', '$A'],
])('replaceVariables reads %s', (text, result) => {
  const variables = new Map([
    ['A', 'x'],
    ['E', ''],
  ]);
  expect(replaceVariables(text, variables)).toBe(result);
});

test('splitWords takes off quotes', () => {
  expect(splitWords(`a "b c" 'd "e"' f\\ g h="i j"k`)).toEqual(['a', 'b c', 'd "e"', 'f g', 'h=i jk']);
});

test('parsePairs reads both forms', () => {
  expect(parsePairs('A=1 B="two words" C=')).toEqual([
    ['A', '1'],
    ['B', 'two words'],
    ['C', ''],
  ]);
  expect(parsePairs('NAME all the rest')).toEqual([['NAME', 'all the rest']]);
});

test('parseCommand knows the exec form and the shell form', () => {
  expect(parseCommand('["node", "a b.js"]', ['sh', '-c'])).toEqual(['node', 'a b.js']);
  expect(parseCommand('node a.js', ['sh', '-c'])).toEqual(['sh', '-c', 'node a.js']);
});
