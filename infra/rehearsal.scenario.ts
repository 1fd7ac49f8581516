import { describeCost } from './cost/describe-cost';
import { sweep } from './gcp/sweep';
import { judgeDeployed } from './policy/judge-deployed';
import { createGcloud } from './rehearsal/gcp/gcloud';
import type { Scenario } from './rehearsal/run/scenario';
import { changes, load } from './scenario/changes';
import { addressesOf, deploymentChecks } from './scenario/deployment-checks';
import { programFaults } from './scenario/faults';
import { runImageCommand } from './scenario/image-commands';
import { onlyARealRun } from './scenario/only-a-real-run';
import { policyFaults } from './scenario/policy-faults';
import { userChecks } from './scenario/user-checks';

/** Taproom's part of its rehearsal: what its users do, and what becomes of it between its first deployment and its last. */
export const scenario: Scenario = {
  run: runImageCommand,
  addresses: addressesOf,
  deploymentChecks,
  userChecks,
  load,
  changes,
  faults: [...programFaults, ...policyFaults],
  protection: {
    // The engine writes what is no text as text when it makes the stack.
    isOn: ({ 'taproom:protect': protect }) => String(protect) === 'true',
    lift: (workspace) => workspace.setConfig('taproom:protect', false),
  },
  sweep: async ({ cloud, project, stack, config }) => {
    const { 'gcp:project': gcpProject, 'gcp:region': region } = config;
    if (typeof gcpProject !== 'string' || typeof region !== 'string') return [];
    const request = { identity: { project, stack }, project: gcpProject, region };
    const { removed, busy } = await sweep(request, createGcloud(cloud));
    if (busy.length > 0) throw new Error(busy.map(({ what, reason }) => `${what} is still busy: ${reason}`).join('\n'));
    return removed;
  },
  policies: judgeDeployed,
  cost: describeCost,
  onlyARealRun,
};
