import { STATUS_CODES } from 'node:http';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { DatabaseUnavailableError, UnstorableTextError } from './stores/database';
import { discardBody, hasUnreadBody } from './unread-body';

/** Every code that a problem details body can carry, with its status. The OpenAPI document lists them from here. */
export const problemCodes = {
  bad_request: 400,
  validation_failed: 400,
  unauthorized: 401,
  not_found: 404,
  record_not_found: 404,
  user_not_found: 404,
  beer_not_found: 404,
  method_not_allowed: 405,
  request_timeout: 408,
  email_taken: 409,
  payload_too_large: 413,
  uri_too_long: 414,
  unsupported_media_type: 415,
  expectation_failed: 417,
  rate_limited: 429,
  headers_too_large: 431,
  internal_error: 500,
  starting: 503,
  overloaded: 503,
  database_unavailable: 503,
  write_unknown: 503,
} as const;
export type ProblemCode = keyof typeof problemCodes;

export type FieldError = { path: string; message: string };

/** RFC 9457 problem details: https://www.rfc-editor.org/rfc/rfc9457 */
export const ProblemSchema = Type.Object(
  {
    type: Type.Literal('about:blank'),
    title: Type.String({ description: 'the reason phrase of the status' }),
    status: Type.Integer({ minimum: 400, maximum: 599 }),
    detail: Type.String(),
    code: Type.Unsafe<ProblemCode>({
      type: 'string',
      enum: Object.keys(problemCodes),
      description: 'stable, for programs',
    }),
    requestId: Type.String({ description: 'equal to the header X-Request-Id' }),
    errors: Type.Optional(
      Type.Array(Type.Object({ path: Type.String({ description: 'JSON Pointer' }), message: Type.String() }), {
        description: 'what is wrong with which field, for code validation_failed',
      }),
    ),
    error: Type.String({ description: 'equal to detail, for clients of the older apps' }),
  },
  { title: 'Problem', description: 'RFC 9457 problem details' },
);
export type ProblemBody = Static<typeof ProblemSchema>;

/** An answer that is an error: thrown anywhere in a request, sent by the error handler. */
export class Problem extends Error {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly errors: readonly FieldError[] | undefined;

  constructor(
    readonly code: ProblemCode,
    detail: string,
    options: { headers?: Record<string, string>; errors?: readonly FieldError[]; cause?: unknown } = {},
  ) {
    super(detail, { cause: options.cause });
    this.name = 'Problem';
    this.status = problemCodes[code];
    this.headers = options.headers ?? {};
    this.errors = options.errors;
  }

  body(requestId: string): ProblemBody {
    return {
      type: 'about:blank',
      title: STATUS_CODES[this.status] ?? 'Error',
      status: this.status,
      detail: this.message,
      code: this.code,
      requestId,
      ...(this.errors === undefined ? {} : { errors: [...this.errors] }),
      error: this.message,
    };
  }
}

/** A 400 for one field. `path` is a JSON Pointer into the body, or `/query/...` and `/params/...`. */
export function invalidField(path: string, message: string): Problem {
  return new Problem('validation_failed', `${path} ${message}`, { errors: [{ path, message }] });
}

const retryAfter = { 'retry-after': '2' };

/** What a client is told about a thrown value. Nothing of an unexpected error reaches it: that goes to the log. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof DatabaseUnavailableError) {
    return error.isCommitUnknown
      ? new Problem('write_unknown', 'The connection was lost: the write may or may not have been stored', {
          headers: retryAfter,
          cause: error,
        })
      : new Problem('database_unavailable', 'The database is unavailable, try again later', {
          headers: retryAfter,
          cause: error,
        });
  }
  if (error instanceof UnstorableTextError) {
    return new Problem('validation_failed', 'The database cannot store this text', { cause: error });
  }
  const { code = '', statusCode = 500, validation, validationContext, message } = error as Partial<FastifyError>;
  if (validation !== undefined) {
    const place = pointerPrefixes[validationContext ?? 'body'] ?? '';
    const errors = withoutAlternatives(validation).map((found) => toFieldError(found, place));
    const detail = errors.map(({ path, message: text }) => `${path || 'body'} ${text}`).join('; ');
    return new Problem('validation_failed', detail, { errors });
  }
  const known = frameworkProblems[code];
  if (known !== undefined) return new Problem(known[0], known[1] ?? message ?? '', { cause: error });
  if (statusCode >= 400 && statusCode < 500) {
    return new Problem('bad_request', 'The request is not valid', { cause: error });
  }
  return new Problem('internal_error', 'Something went wrong on our side', { cause: error });
}

/** Fastify's own errors: https://fastify.dev/docs/latest/Reference/Errors/ */
const frameworkProblems: Record<string, [ProblemCode, string?]> = {
  FST_ERR_BAD_URL: ['bad_request', 'The path cannot be decoded'],
  FST_ERR_ASYNC_CONSTRAINT: ['bad_request', 'The request is not valid'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['unsupported_media_type', 'The body must be application/json'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['bad_request', 'The body is not as long as Content-Length says'],
  FST_ERR_CTP_BODY_TOO_LARGE: ['payload_too_large', 'The body must be at most 64 KiB'],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['bad_request', 'The body must be JSON, it is empty'],
  FST_ERR_CTP_INVALID_JSON_BODY: ['bad_request', 'The body is not valid JSON'],
  FST_ERR_CTP_EMPTY_TYPE: ['unsupported_media_type', 'The body must be application/json'],
};

/** Pointers into the body begin at its root. */
const pointerPrefixes: Record<string, string> = { params: '/params', querystring: '/query', headers: '/headers' };

type ValidationError = NonNullable<FastifyError['validation']>[number];

/** Of a value that may have several types: what is wrong with it as the type it has, else which types it may have. */
function withoutAlternatives(errors: readonly ValidationError[]): ValidationError[] {
  const unions = errors.filter(({ keyword }) => keyword === 'anyOf');
  return unions.reduce((rest: readonly ValidationError[], union) => {
    const inUnion = rest.filter((error) => error !== union && error.instancePath === union.instancePath);
    const others = rest.filter((error) => error !== union && error.instancePath !== union.instancePath);
    const [wrongTypes, wrongValues] = [inUnion.filter(isTypeError), inUnion.filter((error) => !isTypeError(error))];
    const types = wrongTypes.map(({ params }) => (params as { type: string }).type);
    return [
      ...others,
      ...(wrongValues.length > 0 ? wrongValues : [{ ...union, message: `must be ${types.join(' or ')}` }]),
    ];
  }, errors) as ValidationError[];
}

function isTypeError({ keyword }: ValidationError): boolean {
  return keyword === 'type';
}

function toFieldError({ instancePath, keyword, params, message }: ValidationError, place: string): FieldError {
  const path = place + instancePath;
  if (keyword === 'required') {
    return { path: `${path}/${(params as { missingProperty: string }).missingProperty}`, message: 'is required' };
  }
  if (keyword === 'pattern') return { path, message: 'does not have the required form' };
  return { path, message: message ?? 'is not valid' };
}

/** The one error handler. From status 500 up, the cause is logged with the request's id. */
export function handleError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const problem = toProblem(error);
  // Without a cause the request's own line tells all: the service is starting, or has too much to do.
  if (problem.cause !== undefined && problem.status >= 500) logFailure(problem, request);
  const answer = () =>
    reply
      .code(problem.status)
      .headers(problem.headers)
      .header('content-type', 'application/problem+json; charset=utf-8')
      .send(JSON.stringify(problem.body(request.id)));
  if (!hasUnreadBody(request.raw)) {
    answer();
    return;
  }
  discardBody(request.raw, (isWhole) => {
    if (isWhole) reply.removeHeader('connection');
    else reply.header('connection', 'close');
    answer();
  });
}

function logFailure(problem: Problem, request: FastifyRequest): void {
  const err = problem.cause;
  if (problem.status === 500) request.log.error({ err, requestId: request.id }, 'request failed');
  else request.log.warn({ err, requestId: request.id, code: problem.code }, 'request refused');
}
