import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseGraph } from '../graph/graph';
import { checkPolicies } from './check-deployment';
import type { PolicyJudgement, Scenario } from './scenario';
import type { Stage } from './stage';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'check-policies-'));
  writeFileSync(join(folder, 'Pulumi.yaml'), 'name: project\n');
  writeFileSync(join(folder, 'Pulumi.dev.yaml'), 'config:\n  project:protect: true\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

const nothing: PolicyJudgement = { policies: 3, violations: [], advice: [] };

/** Only what the check looks at. */
function stageWith(policies: Scenario['policies']): Stage {
  const graph = async () =>
    parseGraph({ deployment: { resources: [{ urn: 'urn:pulumi:dev::project::t:t:T::it', type: 't:t:T' }] } });
  return { stack: 'dev', session: { folder, graph }, scenario: { policies } } as unknown as Stage;
}

async function check(policies: Scenario['policies']): Promise<{ count: number; told: string[] }> {
  const told: string[] = [];
  const count = await checkPolicies(stageWith(policies), { detail: (line) => void told.push(line) });
  return { count, told };
}

describe('checkPolicies', () => {
  test('shows the policies what is deployed, and the settings of the stack', async () => {
    const judge = jest.fn(async () => nothing);
    expect(await check(judge)).toEqual({ count: 3, told: [] });
    expect(judge).toHaveBeenCalledWith([expect.objectContaining({ name: 'it' })], { 'project:protect': true });
  });

  test('fails with every violation', async () => {
    const violations = ['queue it: open', 'bucket it: public'];
    await expect(check(async () => ({ ...nothing, violations }))).rejects.toThrow(violations.join('\n'));
  });

  test('tells advice, and passes', async () => {
    expect(await check(async () => ({ ...nothing, advice: ['could be better'] }))).toEqual({
      count: 3,
      told: ['advice: could be better'],
    });
  });

  test('does nothing without policies', async () => {
    expect(await check(undefined)).toEqual({ count: 0, told: [] });
  });
});
