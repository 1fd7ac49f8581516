import { parseRequest } from './arguments';
import { defaultLoad } from './load';

describe('parseRequest', () => {
  test('takes a stack and its load', () => {
    expect(parseRequest(['dev', '--rps', '2.5', '--json'])).toEqual({
      kind: 'stack',
      stack: 'dev',
      load: { ...defaultLoad, requestsPerSecond: 2.5 },
      isJson: true,
    });
  });

  test.each([
    [[], 'name one stack'],
    [['dev', 'prod'], 'name one stack'],
    [['dev', '--rps'], '--rps must be a number, 0 or more'],
    [['dev', '--rps', '-1'], '--rps must be a number, 0 or more'],
    [['dev', '--rps', 'many'], '--rps must be a number, 0 or more'],
    [['dev', '--users', '1'], '--users is no option: choose from --rps'],
  ])('refuses %j, and says what is allowed', (args, message) => {
    expect(() => parseRequest(args)).toThrow(message);
  });
});
