import { ConfigError } from '../config';
import { parsePlace } from './run';

describe('parsePlace', () => {
  test('takes a name or an address, with a port', () => {
    expect(parsePlace('service:8080')).toEqual({ host: 'service', port: 8080 });
    expect(parsePlace('10.0.0.9:80')).toEqual({ host: '10.0.0.9', port: 80 });
  });

  test.each([undefined, '', 'service', 'service:', ':80', 'service:0', 'service:65536', 'http://service:80', 'a b:80'])(
    'refuses %j, saying what it takes',
    (text) => {
      expect(() => parsePlace(text)).toThrow(ConfigError);
      expect(() => parsePlace(text)).toThrow(/forward must be given HOST:PORT/);
    },
  );
});
