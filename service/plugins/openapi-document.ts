import type { OpenAPIV3_1 } from 'openapi-types';
import { Problem, ProblemSchema } from '../errors';

type Document = Partial<OpenAPIV3_1.Document>;
type Operation = OpenAPIV3_1.OperationObject;
type Headers = Record<string, OpenAPIV3_1.HeaderObject>;

const text = (description: string): OpenAPIV3_1.HeaderObject => ({ description, schema: { type: 'string' } });

const headers = {
  'X-Request-Id': text('names this request in the log; equal to the one the client gave, if it gave one'),
  'X-Service-Version': text('the release that answered'),
  'X-Cache': { description: 'where the answer was read', schema: { type: 'string', enum: ['hit', 'miss', 'bypass'] } },
  ETag: text('for If-None-Match'),
  Link: text('rel="next": the page after this one, while there is more'),
  Location: text('path of what was added'),
  Allow: text('the methods of this path'),
  'Retry-After': { description: 'seconds to wait', schema: { type: 'integer' } },
  'WWW-Authenticate': text('Bearer: an API key is needed'),
} satisfies Headers;
type HeaderName = keyof typeof headers;

/** Headers that only some answers have, by status. */
const statusHeaders: Record<string, HeaderName[]> = {
  201: ['Location'],
  304: ['ETag'],
  401: ['WWW-Authenticate'],
  405: ['Allow'],
  429: ['Retry-After'],
  503: ['Retry-After'],
};

const problemRef = { $ref: '#/components/schemas/Problem' };

/** Adds what holds for every operation: the headers, and what the parser, the router and the guards may answer. `given` is OpenAPI 3.1. */
export function completeDocument(given: object): Document {
  const document: Document = given;
  for (const path of Object.values(document.paths ?? {})) {
    for (const operation of Object.values(path ?? {}) as Operation[]) completeOperation(operation);
  }
  const components: OpenAPIV3_1.ComponentsObject = {
    ...document.components,
    headers,
    schemas: { ...document.components?.schemas, Problem: ProblemSchema as OpenAPIV3_1.SchemaObject },
  };
  return withPortablePatterns({ ...document, components });
}

/** Many languages know neither lone surrogates nor \u in a regular expression. UTF-8 cannot carry the former anyway. */
function withPortablePatterns(document: Document): Document {
  const json = JSON.stringify(document).replaceAll('\\\\uD800-\\\\uDFFF', '').replaceAll('\\\\u0000', '\\\\x00');
  return JSON.parse(json);
}

function completeOperation(operation: Operation): void {
  const isList = operation.parameters?.some((parameter) => 'name' in parameter && parameter.name === 'after') === true;
  const responses = operation.responses as Record<string, OpenAPIV3_1.ResponseObject>;
  if (isList) responses[304] = { description: 'The list is the one that If-None-Match names' };
  responses[405] = problemResponse(new Problem('method_not_allowed', 'Only GET, HEAD can be used here'));
  responses.default = problemResponse(new Problem('bad_request', 'The request is not valid HTTP'));
  for (const [status, response] of Object.entries(responses)) {
    const own = [
      ...(statusHeaders[status] ?? []),
      ...(isList && status === '200' ? (['ETag', 'Link', 'X-Cache'] as const) : []),
    ];
    response.headers = Object.fromEntries(
      (['X-Request-Id', 'X-Service-Version', ...own] as HeaderName[]).map((name) => [
        name,
        { $ref: `#/components/headers/${name}` },
      ]),
    );
    const problem = response.content?.['application/problem+json'];
    if (problem !== undefined) problem.schema = problemRef;
  }
}

function problemResponse(problem: Problem): OpenAPIV3_1.ResponseObject {
  const example = problem.body('5f1c6a52-7d0a-4f4e-9a51-0d2c8e3b7a11');
  return {
    description: problem.code === 'method_not_allowed' ? 'Another method on this path' : 'Any other error',
    content: { 'application/problem+json': { schema: problemRef, example } },
  };
}
