import { parseGraph } from './graph';

const node = (name: string, extra: object = {}) => ({
  urn: `urn:pulumi:s::p::t:t:T::${name}`,
  type: 't:t:T',
  custom: true,
  ...extra,
});
const urn = (name: string) => node(name).urn;

describe('parseGraph', () => {
  const graph = parseGraph({
    deployment: {
      resources: [
        node('database'),
        node('migration', { dependencies: [urn('database')] }),
        node('component', { custom: false, dependencies: [urn('migration')] }),
        node('service', { parent: urn('component'), propertyDependencies: { image: [urn('database')] } }),
        node('old', { delete: true }),
      ],
    },
  });
  const get = (name: string) => {
    const found = graph.find(urn(name));
    if (!found) throw new Error(name);
    return found;
  };

  test('knows what waits for what, through others and through parents', () => {
    expect(graph.dependsOn(get('service'), get('database'))).toBe(true);
    expect(graph.dependsOn(get('service'), get('migration'))).toBe(true);
    expect(graph.dependsOn(get('database'), get('service'))).toBe(false);
  });

  test('leaves out what only waits for its deletion', () => {
    expect(graph.ofType({ token: 't:t:T' }).map(({ name }) => name)).toEqual([
      'database',
      'migration',
      'component',
      'service',
    ]);
  });

  test('never holds a secret', () => {
    const secret = { '4dabf18193072939515e22adb298388d': '1b47061264138c4ac30d75fd1eb44270', ciphertext: 'x' };
    const [only] = parseGraph({ deployment: { resources: [node('a', { outputs: { password: secret } })] } }).nodes;
    expect(only?.outputs).toEqual({ password: '[secret]' });
  });

  test('refuses anything else', () => {
    expect(() => parseGraph({})).toThrow('no output of pulumi stack export');
  });
});
