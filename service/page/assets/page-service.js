const timeoutMs = 15_000;

/** An answer that is an error, in words for people. `code` and `errors` are those of the problem details. */
export class ServiceError extends Error {
  constructor(message, { status = 0, code = '', errors = [] } = {}) {
    super(message);
    this.name = 'ServiceError';
    this.status = status;
    this.code = code;
    this.errors = errors;
  }
}

/** One page of a list. `next` is the path of the page after it; null on the last one. */
export async function readList(path) {
  const response = await ask(path);
  const next = /<([^>]*)>;\s*rel="next"/.exec(response.headers.get('link') ?? '');
  return { records: await response.json(), next: next?.[1] ?? null };
}

/** `body` undefined: none is sent. `key` empty: no Authorization is sent. */
export async function post(path, body, key) {
  const headers = {};
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (key !== '') headers.authorization = `Bearer ${key}`;
  const response = await ask(path, { method: 'POST', headers, body: body && JSON.stringify(body) });
  return response.json();
}

/** What `/ready` says, which is an answer with status 503 too, and the version of the service that said it. */
export async function readHealth() {
  const response = await fetch('/ready', { signal: AbortSignal.timeout(timeoutMs) });
  const { status, checks } = await response.json();
  return { isReady: status === 'ready', checks, version: response.headers.get('x-service-version') };
}

async function ask(path, init = {}) {
  let response;
  try {
    response = await fetch(path, {
      ...init,
      headers: { accept: 'application/json', ...init.headers },
      signal: AbortSignal.timeout(timeoutMs),
    });
  } catch (error) {
    const isLate = error.name === 'TimeoutError';
    throw new ServiceError(isLate ? 'The service took too long to answer.' : 'The service cannot be reached.');
  }
  if (response.ok) return response;
  throw await readError(response);
}

async function readError(response) {
  const { status } = response;
  // A front end may answer in place of the service, in HTML.
  const problem = await response.json().catch(() => ({}));
  return new ServiceError(explain(problem, response), { status, code: problem.code, errors: problem.errors });
}

function explain(problem, response) {
  const detail = sentence(problem.detail ?? '');
  const seconds = Number(response.headers.get('retry-after'));
  if (response.status === 429 && seconds > 0) return `${detail} Try again in ${seconds} seconds.`.trim();
  if (problem.code === 'write_unknown') return `${detail} Look at the list before you send it again.`;
  if (detail !== '') return detail;
  return response.status === 503
    ? 'The service is unavailable at the moment. Try again shortly.'
    : `The service answered with status ${response.status}.`;
}

function sentence(text) {
  return text === '' || /[.!?]$/.test(text) ? text : `${text}.`;
}
