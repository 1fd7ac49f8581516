import { strictDefinition, strictSchema } from './strict-schema';

const definitions = {
  pod: { type: 'object', properties: { spec: { $ref: '#/definitions/spec' }, port: { $ref: '#/definitions/port' } } },
  spec: { type: 'object', properties: { nodes: { type: 'array', items: { $ref: '#/definitions/spec' } } } },
  port: { type: 'integer', format: 'int32' },
  other: { type: 'string' },
};

describe('strictDefinition', () => {
  test('has what it refers to, closed, once, and nothing else', () => {
    expect(strictDefinition('pod', definitions)).toEqual({
      $ref: '#/definitions/pod',
      definitions: {
        pod: { ...definitions.pod, additionalProperties: false },
        spec: { ...definitions.spec, additionalProperties: false },
        port: { type: 'integer' },
      },
    });
  });

  test('refuses a name that is not there', () => {
    expect(() => strictDefinition('nope', definitions)).toThrow('nope is not defined');
  });

  test('takes numbers where Kubernetes says text and means either', () => {
    const name = 'io.k8s.apimachinery.pkg.util.intstr.IntOrString';
    const { definitions: found } = strictDefinition(name, { [name]: { type: 'string', format: 'int-or-string' } });
    expect(found).toEqual({ [name]: { type: ['integer', 'string'] } });
  });
});

describe('strictSchema', () => {
  test('leaves maps and what keeps unknown fields open', () => {
    const map = { type: 'object', additionalProperties: { type: 'string' } };
    const open = { type: 'object', properties: {}, 'x-kubernetes-preserve-unknown-fields': true };
    expect(strictSchema(map)).toEqual(map);
    expect(strictSchema(open)).not.toHaveProperty('additionalProperties');
  });
});
