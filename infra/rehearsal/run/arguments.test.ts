import { parseRequest, UsageError } from './arguments';

describe('parseRequest', () => {
  test('takes the stack, dev by default, and the options in any order', () => {
    expect(parseRequest([])).toMatchObject({ kind: 'rehearse', stack: 'dev', json: false });
    expect(parseRequest(['--json', 'prod', '--all'])).toMatchObject({ stack: 'prod', json: true, all: true });
    expect(parseRequest(['--fault', 'broken-image'])).toMatchObject({ stack: 'dev', fault: 'broken-image' });
  });

  test('takes settings as the stack file has them', () => {
    const argv = ['--config', 'taproom:targets=[eks, docker]', '--config', 'taproom:companyName=A = B'];
    expect(parseRequest(argv)).toMatchObject({
      config: { 'taproom:targets': ['eks', 'docker'], 'taproom:companyName': 'A = B' },
    });
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
    [['--config', 'targets'], '--config must be NAMESPACE:KEY=VALUE, and not targets'],
    [['--config', 'a:b=[1'], '--config a:b= must be followed by a value'],
    [['--fault'], "Option '--fault <value>' argument missing"],
  ])('%j is refused', (argv, message) => {
    expect(() => parseRequest(argv)).toThrow(UsageError);
    expect(() => parseRequest(argv)).toThrow(message);
  });
});
