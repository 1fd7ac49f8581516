import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import type { Check } from '../rehearsal/run/scenario';
import { check, type PublicVisit } from '../scenario/ask';
import { readChecks } from '../scenario/read-checks';
import { createPublicClient } from './public-client';
import { parseDigest } from './repositories';
import { parseStackName, readOutputs } from './stack';
import type { Surroundings } from './surroundings';

/** A front end may need a moment until it sends users to the new release only. */
const settleMs = 120_000;
const pauseMs = 2_000;

const readiness: readonly Check<PublicVisit>[] = [
  check('GET /ready reaches the database', async (ask) => {
    const { status, body } = await ask('/ready');
    assert.equal(status, 200, body);
  }),
];

/**
 * Looks at every address of a stack as a user: the wanted release answers, and the contract holds. Nothing is written, so
 * that it can be asked of production. Throws with everything that does not hold.
 */
export async function smoke(
  surroundings: Surroundings,
  request: { stack: string | undefined; digest: string | undefined; settleForMs?: number },
): Promise<void> {
  const [stack, digest] = [parseStackName(request.stack), parseDigest(request.digest)];
  const outputs = await readOutputs(surroundings, stack);
  const addresses = Object.entries((outputs.app_urls ?? {}) as Record<string, string>);
  if (addresses.length === 0) throw new Error(`${stack} has no address in its output app_urls`);
  const client = createPublicClient(surroundings);
  const failures: string[] = [];
  for (const [name, url] of addresses) {
    const visit: PublicVisit = { name, url, client, outputs: { ...outputs, image_digest: digest } };
    surroundings.say(`${name} ${url}`);
    const wrong = await untilReleased(visit, digest, request.settleForMs ?? settleMs);
    failures.push(...(wrong === undefined ? await visitAll(surroundings, visit) : [`${name}: ${wrong}`]));
  }
  if (failures.length > 0) throw new Error(`the smoke test of ${stack} failed:\n${failures.join('\n')}`);
  surroundings.say(`the smoke test of ${stack} passed: ${digest}`);
}

/** Waits for the first healthy answer of the release; gives what was wrong with the last one when none comes. */
async function untilReleased(
  { client, url }: PublicVisit,
  digest: string,
  waitMs: number,
): Promise<string | undefined> {
  const end = Date.now() + waitMs;
  for (;;) {
    const wrong = await client.send(`${url}/health`).then(
      ({ status, headers }) => {
        const version = headers['x-service-version'];
        if (status !== 200) return `GET /health answers ${status}`;
        return version === digest ? undefined : `GET /health is answered by ${version ?? 'no release'}, not ${digest}`;
      },
      (error: Error) => `GET /health: ${error.message}`,
    );
    if (wrong === undefined || Date.now() > end) return wrong;
    await delay(pauseMs);
  }
}

async function visitAll({ say }: Surroundings, visit: PublicVisit): Promise<string[]> {
  const failures: string[] = [];
  for (const { name, run } of [...readiness, ...readChecks]) {
    try {
      await run(visit);
      say(`  ✔ ${name}`);
    } catch (error) {
      const [why] = (error instanceof Error ? error.message : String(error)).split('\n');
      say(`  ✘ ${name}`);
      failures.push(`${visit.name}: ${name}: ${why}`);
    }
  }
  return failures;
}
