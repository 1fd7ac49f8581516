import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { loadConfig } from '../config';
import { buildLogger } from '../logging';
import { runMigrations } from './run';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The command `migrate-lambda`: migrates once per invocation, for as long as Lambda keeps the process.
 * The event's text fields are variables that go before those of the environment, so that credentials can come with the
 * invocation. Answers `{"applied": [...]}`; any failure is a function error.
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export async function runLambda(env: Env): Promise<never> {
  const host = env.AWS_LAMBDA_RUNTIME_API;
  if (host === undefined) {
    throw new Error('AWS_LAMBDA_RUNTIME_API is not set: migrate-lambda runs only in AWS Lambda, use migrate elsewhere');
  }
  const invocations = `http://${host}/2018-06-01/runtime/invocation`;
  for (;;) await answerNext(invocations, env);
}

async function answerNext(invocations: string, env: Env): Promise<void> {
  const next = await send('GET', `${invocations}/next`);
  const id = String(next.headers['lambda-runtime-aws-request-id']);
  const answer = (path: string, body: unknown) => send('POST', `${invocations}/${id}/${path}`, JSON.stringify(body));
  try {
    const config = loadConfig({ ...env, ...textFields(JSON.parse(next.body)) });
    await answer('response', { applied: await runMigrations(config, buildLogger(config)) });
  } catch (error) {
    const { name, message, cause } = error as Error;
    const reason = cause instanceof Error ? `: ${cause.message}` : '';
    await answer('error', { errorType: name, errorMessage: `${message}${reason}`, stackTrace: [] });
  }
}

/** Waits for as long as nobody invokes, hours of a frozen process included: fetch would give up after five minutes. */
async function send(method: string, url: string, body = ''): Promise<{ headers: IncomingHttpHeaders; body: string }> {
  const outgoing = request(url, { method, headers: { 'content-length': Buffer.byteLength(body) } });
  outgoing.end(body);
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
  return { headers: incoming.headers, body: await text(incoming) };
}

function textFields(event: unknown): Record<string, string> {
  if (typeof event !== 'object' || event === null) return {};
  return Object.fromEntries(
    Object.entries(event).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
