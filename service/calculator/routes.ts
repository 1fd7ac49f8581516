import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { ProblemSchema } from '../errors';
import { increment } from './increment';

const prefix = 'Caught exception when calculating results:';

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
          examples: {
            small: { summary: '/api/5', value: { success: true, answer: 6 } },
            negative: { summary: '/api/-7', value: { success: true, answer: -6 } },
          },
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
            notAnInteger: {
              summary: '/api/abc',
              value: `${prefix} invalid literal for int() with base 10: 'abc'`,
            },
            ten: { summary: '/api/10', value: `${prefix} Invalid value!` },
            tooManyDigits: {
              summary: 'a value of 4301 digits',
              value: `${prefix} Exceeds the limit (4300 digits) for integer string conversion: value has 4301 digits; use sys.set_int_max_str_digits() to increase the limit`,
            },
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
    if (answer.ok) return reply.type('application/json; charset=utf-8').send(answer.json);
    return reply.code(400).type('text/plain; charset=utf-8').send(answer.message);
  });
};
