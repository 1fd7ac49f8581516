import { packages } from '../packages';
import type { StepLog } from './report';
import type { Check, Deployment, Visit } from './scenario';
import { readStackIdentity, type Stage, visitsOf } from './stage';

/** What the order rules say of the stack. Throws with all of it. */
export async function checkOrder({
  session,
}: Stage): Promise<{ resources: number; rules: number; orderRules: number }> {
  const { graph, findings, rules: orderRules } = await session.judgeGraph();
  if (findings.length > 0) throw new Error(findings.map(({ urn, text }) => `${urn}: ${text}`).join('\n'));
  const types = new Set(graph.nodes.map(({ type }) => type));
  const rules = packages
    .flatMap((simulated) => simulated.rules)
    .filter((rule) => rule.types.some((type) => types.has(type)));
  return { resources: graph.nodes.filter(({ custom }) => custom).length, rules: rules.length, orderRules };
}

/** What the program's own policies say of the stack. Throws with all violations. Gives how many policies judged. */
export async function checkPolicies(stage: Stage, log: StepLog): Promise<number> {
  if (stage.scenario?.policies === undefined) return 0;
  const [{ nodes }, { config }] = await Promise.all([stage.session.graph(), readStackIdentity(stage)]);
  const { policies, violations, advice } = await stage.scenario.policies(nodes, config);
  for (const line of advice) log.detail(`advice: ${line}`);
  if (violations.length > 0) throw new Error(violations.join('\n'));
  return policies;
}

export async function checkOutputs({ scenario }: Stage, deployment: Deployment, log: StepLog): Promise<number> {
  const checks = scenario?.deploymentChecks ?? [];
  const wrong = await runChecks(checks, deployment);
  if (wrong.length > 0) throw new Error(wrong.join('\n'));
  for (const { name } of checks) log.detail(name);
  return checks.length;
}

/** All checks at all addresses, the addresses at the same time. Without a scenario: each address answers. */
export async function checkAsUser(stage: Stage, deployment: Deployment, log: StepLog): Promise<number> {
  const checks = stage.scenario?.userChecks ?? [anyAnswer];
  const visits = visitsOf(stage, deployment);
  const failures = await Promise.all(
    visits.map(async (visit) => {
      const wrong = await runChecks(checks, visit);
      log.detail(
        `${visit.name}  ${describeUrl(stage, visit.url)}  ${checks.length - wrong.length} of ${checks.length} checks`,
      );
      return wrong.map((text) => `${visit.name}: ${text}`);
    }),
  );
  if (failures.flat().length > 0) throw new Error(failures.flat().join('\n'));
  return checks.length * visits.length;
}

/** A name of a cloud means nothing to a browser on this machine: the address behind it is told too. */
function describeUrl({ client }: Stage, url: string): string {
  try {
    const address = client.locate(url);
    return address === url ? url : `${url} (${address})`;
  } catch {
    return url;
  }
}

const anyAnswer: Check<Visit> = {
  name: 'answers',
  run: async ({ client, url }) => {
    const { status } = await client.send(url);
    if (status >= 500) throw new Error(`GET / is answered with ${status}`);
  },
};

/** One after the other, since they build on each other. */
async function runChecks<Subject>(checks: readonly Check<Subject>[], subject: Subject): Promise<string[]> {
  const wrong: string[] = [];
  for (const { name, run } of checks) {
    try {
      await run(subject);
    } catch (error) {
      wrong.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return wrong;
}
