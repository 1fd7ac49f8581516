import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import type { Answer, RequestOptions } from '../rehearsal/run/client';
import type { Check, Visit } from '../rehearsal/run/scenario';

/** A user at an address of a deployment, on simulated clouds or on real ones. */
export type PublicVisit = Pick<Visit, 'name' | 'url' | 'client' | 'outputs'>;

export type Ask = (path: string, options?: RequestOptions) => Promise<Answer>;

/** A check of one or a few routes, as a user at the visit's address. */
export function check<Subject extends PublicVisit>(
  name: string,
  run: (ask: Ask, visit: Subject) => Promise<void>,
): Check<Subject> {
  return {
    name,
    run: (visit) => run((path, options) => visit.client.send(`${visit.url}${path}`, options), visit),
  };
}

export function authorization({ outputs }: Pick<PublicVisit, 'outputs'>): Record<string, string> {
  return { authorization: `Bearer ${String(outputs.api_key)}` };
}

export function post(ask: Ask, path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  if (body === undefined) return ask(path, { method: 'POST', headers });
  const typed = { 'content-type': 'application/json', ...headers };
  return ask(path, { method: 'POST', headers: typed, body: JSON.stringify(body) });
}

/** Every error is problem details with a stable code. */
export function assertProblem(answer: Answer, status: number, code: string): void {
  assert.equal(answer.status, status);
  assert.match(answer.headers['content-type'] ?? '', /^application\/problem\+json/);
  const problem = answer.json() as Record<string, unknown>;
  assert.equal(problem.code, code);
  assert.equal(problem.status, status);
  assert.equal(problem.error, problem.detail);
  assert.equal(problem.requestId, answer.headers['x-request-id']);
}

/** Another instance may show what it read before for up to a second: half a second to spare. */
export async function withinFreshness(verify: () => Promise<void>): Promise<void> {
  const end = performance.now() + 1_500;
  for (;;) {
    try {
      return await verify();
    } catch (error) {
      if (performance.now() > end) throw error;
    }
    await delay(50);
  }
}

export const unique = () => `${Date.now()}-${Math.floor(Math.random() * 1e9)}`;
