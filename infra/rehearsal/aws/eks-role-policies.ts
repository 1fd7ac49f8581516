import type { Cloud } from '../cloud/cloud';
import { refuseAccess } from './iam-authorize';

/** What of the managed policies a role lacks: for each policy, actions that stand for it. */
export async function refuseActions(
  cloud: Cloud,
  roleArn: string,
  wanted: Readonly<Record<string, readonly string[]>>,
): Promise<string[]> {
  const findings: string[] = [];
  for (const [policy, actions] of Object.entries(wanted)) {
    for (const action of actions) {
      const refusal = await refuseAccess(cloud, roleArn, { action, resource: '*' });
      if (refusal === undefined) continue;
      findings.push(`${refusal}: the role needs what ${policy} allows`);
      break;
    }
  }
  return findings;
}
