import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { ProblemSchema } from '../errors';
import { increment } from './increment';

/** An example of the OpenAPI document: what the calculator really answers. */
function buildExample(value: string, summary = `/api/${value}`): { summary: string; value: unknown } {
  const answer = increment(value);
  return { summary, value: answer.ok ? JSON.parse(answer.json) : answer.message };
}

const schema = {
  summary: 'An integer plus one',
  description: [
    "The value is read as Python 3.11's `int()` reads text: surrounding white space, one sign, leading zeros, single",
    'underscores between digits, and the decimal digits of every script, at most 4300 of them. The answer is exact at',
    'any size, so read it with a JSON parser that keeps large integers.',
  ].join(' '),
  tags: ['calculator'],
  params: Type.Object({
    value: Type.String({ description: 'an integer, percent-encoded where a path needs it', examples: ['5'] }),
  }),
  response: {
    200: {
      description: 'the integer plus one, every digit of it',
      content: {
        'application/json': {
          schema: Type.Object({ success: Type.Literal(true), answer: Type.Integer() }),
          examples: { positive: buildExample('5'), negative: buildExample('-7'), underscored: buildExample('1_000') },
        },
      },
    },
    400: {
      description:
        'no integer, an integer of too many digits, or 10; as problem details: a path that cannot be decoded',
      content: {
        'text/plain': {
          schema: Type.String(),
          examples: {
            notAnInteger: buildExample('abc'),
            ten: buildExample('10'),
            tooManyDigits: buildExample('1'.repeat(4301), 'a value of 4301 digits'),
          },
        },
        'application/problem+json': { schema: ProblemSchema },
      },
    },
  },
};

export const calculatorRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get('/api/:value', { schema }, (request, reply) => {
    const answer = increment(request.params.value);
    // Text, not an object: no serializer keeps the digits of an integer past 2^53.
    if (answer.ok) reply.type('application/json; charset=utf-8').send(answer.json);
    else reply.code(400).type('text/plain; charset=utf-8').send(answer.message);
  });
};
