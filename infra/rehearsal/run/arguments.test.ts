import { parseRequest, UsageError } from './arguments';

describe('parseRequest', () => {
  test('takes the stack, dev by default, and the options in any order', () => {
    expect(parseRequest([])).toMatchObject({ kind: 'rehearse', stack: 'dev', json: false });
    expect(parseRequest(['--json', 'prod', '--all'])).toMatchObject({ stack: 'prod', json: true, all: true });
    expect(parseRequest(['--fault', 'broken-image'])).toMatchObject({ stack: 'dev', fault: 'broken-image' });
  });

  test.each([
    [['--help', '--json'], 'help'],
    [['-h'], 'help'],
    [['--rules'], 'rules'],
    [['--fault', 'list'], 'faults'],
  ])('%j asks for %s', (argv, kind) => {
    expect(parseRequest(argv)).toEqual({ kind });
  });

  test.each([
    [['--nonsense'], "Unknown option '--nonsense'"],
    [['dev', 'prod'], 'one stack at a time: dev prod'],
    [['--keep', '--shell'], '--keep and --shell exclude each other'],
    [['--fault'], "Option '--fault <value>' argument missing"],
  ])('%j is refused', (argv, message) => {
    expect(() => parseRequest(argv)).toThrow(UsageError);
    expect(() => parseRequest(argv)).toThrow(message);
  });
});
