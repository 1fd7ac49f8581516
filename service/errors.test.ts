import { STATUS_CODES } from 'node:http';
import { Problem, type ProblemCode, problemCodes, toProblem } from './errors';
import { DatabaseUnavailableError, UnstorableTextError } from './stores/database';

describe('Problem', () => {
  test.each(Object.keys(problemCodes) as ProblemCode[])('of code %s is a complete problem body', (code) => {
    const body = new Problem(code, 'what went wrong').body('id-1');
    expect(body).toEqual({
      type: 'about:blank',
      title: STATUS_CODES[problemCodes[code]],
      status: problemCodes[code],
      detail: 'what went wrong',
      code,
      requestId: 'id-1',
      error: 'what went wrong',
    });
    expect(body.title).toMatch(/\S/);
  });
});

describe('toProblem', () => {
  test('passes a problem on', () => {
    const problem = new Problem('not_found', 'Not found');
    expect(toProblem(problem)).toBe(problem);
  });

  test.each([
    new Error('secret: select * from users'),
    Object.assign(new Error('secret'), { statusCode: 200 }),
    Object.assign(new Error('secret'), { statusCode: 502 }),
    'secret',
    { message: 'secret' },
  ])('tells nothing of an unexpected error', (error) => {
    const problem = toProblem(error);
    expect([problem.code, JSON.stringify(problem.body('id'))]).toEqual([
      'internal_error',
      expect.not.stringContaining('secret'),
    ]);
    expect(problem.cause).toBe(error);
  });

  test('tells a client to try again while the database is away', () => {
    const problem = toProblem(new DatabaseUnavailableError('secret host', false));
    expect([problem.code, problem.headers]).toEqual(['database_unavailable', { 'retry-after': '2' }]);
    expect(problem.message).not.toContain('secret');
  });

  test('tells that the outcome of a write is unknown', () => {
    expect(toProblem(new DatabaseUnavailableError('lost', true))).toMatchObject({ code: 'write_unknown', status: 503 });
  });

  test("takes text that the database refuses for the client's fault", () => {
    expect(toProblem(new UnstorableTextError('x'))).toMatchObject({ code: 'validation_failed', status: 400 });
  });

  const validation = (...errors: object[]) => toProblem({ validation: errors, validationContext: 'body', message: '' });

  test('names a missing field by its path', () => {
    const problem = validation({
      instancePath: '',
      keyword: 'required',
      params: { missingProperty: 'key' },
      message: 'x',
    });
    expect([problem.message, problem.errors]).toEqual(['/key is required', [{ path: '/key', message: 'is required' }]]);
  });

  test('names the types of a value that may have several', () => {
    const wrong = (type: string) => ({
      instancePath: '/value',
      keyword: 'type',
      params: { type },
      message: `must be ${type}`,
    });
    const union = { instancePath: '/value', keyword: 'anyOf', params: {}, message: 'must match a schema in anyOf' };
    expect(validation(wrong('string'), wrong('number'), union).message).toBe('/value must be string or number');
    const tooLong = {
      instancePath: '/value',
      keyword: 'maxLength',
      params: {},
      message: 'must NOT have more than 9 characters',
    };
    expect(validation(tooLong, wrong('number'), union).message).toBe('/value must NOT have more than 9 characters');
  });

  test('tells a part of the path or query from one of the body', () => {
    const errors = [{ instancePath: '/limit', keyword: 'type', params: {}, message: 'must be integer' }];
    const { message } = toProblem({ validation: errors, validationContext: 'querystring', message: '' });
    expect(message).toBe('/query/limit must be integer');
  });
});
