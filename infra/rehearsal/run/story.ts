import { checkAsUser, checkOrder, checkOutputs, checkPolicies } from './check-deployment';
import { summariseResources } from './diagnostics';
import { fireAlarms, hasAlarms } from './fire-alarms';
import { describeEntity, findLeftovers } from './leftovers';
import { findServing, makeChange } from './make-change';
import type { Deployment, Fault } from './scenario';
import { mustRun, readDeployment, readStackIdentity, runWithPreview, type Stage, visitsOf } from './stage';
import { openWorkspace } from './workspace';

/** What was checked, for the table at the end. */
export type Checked = Map<string, number | string>;

/** From nothing to users. Gives what is up. */
export async function deploy(stage: Stage, fault: Fault | undefined, checked: Checked): Promise<Deployment> {
  const { report, session } = stage;
  await report.step('pulumi preview', async (log) => {
    const { stdout } = await mustRun(stage, 'preview');
    log.detail(summariseResources(stdout));
    if (session.cloud.everything().length > 0) throw new Error('a preview must not create anything');
  });
  await report.step('pulumi up', async (log) => {
    log.detail(summariseResources((await mustRun(stage, 'up')).stdout));
  });
  const deployment = await report.step('what came up, and in which order', async (log) => {
    const [order, made] = await Promise.all([checkOrder(stage), readDeployment(stage)]);
    log.detail(`${order.resources} resources in an order that ${order.orderRules} rules of order accept`);
    checked.set('resources', order.resources);
    checked.set('rules of the clouds for their types', order.rules);
    checked.set('facts of the outputs', await checkOutputs(stage, made, log));
    return made;
  });
  if (stage.scenario?.policies !== undefined) {
    await report.step('what the policies say of it', async (log) => {
      const policies = await checkPolicies(stage, log);
      log.detail(`${policies} policies let it pass`);
      checked.set('policies', policies);
    });
  }
  if (fault && 'inject' in fault) await fault.inject(deployment);
  await report.step('as a user, at each address', async (log) => {
    checked.set('addresses', visitsOf(stage, deployment).length);
    checked.set('checks as a user', await checkAsUser(stage, deployment, log));
  });
  return deployment;
}

/** What a stack goes through between its first deployment and its last. */
export async function live(stage: Stage, first: Deployment, checked: Checked, isAll: boolean): Promise<void> {
  const { report, scenario } = stage;
  await report.step('pulumi refresh and another up change nothing', async () => {
    await mustRun(stage, 'refresh', '--expect-no-changes');
    await mustRun(stage, 'up', '--expect-no-changes');
  });
  if (!scenario) return;
  const firstServing = await findServing(scenario.load, visitsOf(stage, first));
  const changes = scenario.changes.filter(
    (change) => (isAll || !change.isExtra) && (change.appliesTo?.(first) ?? true),
  );
  let current = first;
  for (const change of changes) {
    current = await report.step(change.title, (log) =>
      makeChange(stage, change, { first, firstServing, current }, log),
    );
  }
  checked.set('releases and mistakes', changes.length);
}

/** Every alarm that the stack has rings and ends, and is heard. */
export async function alarm({ report, session }: Stage, checked: Checked): Promise<void> {
  if (!hasAlarms(session.cloud)) return;
  await report.step('every alarm rings, is heard, and ends', async (log) => {
    const fired = await fireAlarms(session.cloud, (line) => log.detail(line));
    log.detail(`${fired} alarms`);
    checked.set('alarms', fired);
  });
}

/** To nothing. */
export async function takeDown(stage: Stage, checked: Checked): Promise<void> {
  const { report, session, scenario } = stage;
  await liftProtection(stage);
  await report.step('pulumi destroy leaves nothing that costs money', async (log) => {
    log.detail(summariseResources((await mustRun(stage, 'destroy')).stdout));
    const { billable, free } = findLeftovers(session.cloud);
    if (billable.length > 0)
      throw new Error(`this is left, and costs money:\n${billable.map(describeEntity).join('\n')}`);
    for (const entity of free) log.detail(`left, free of charge: ${describeEntity(entity)}`);
    checked.set('left after destroy, free of charge', free.length);
  });
  await report.step('two hours later, nothing at all is left', async (log) => {
    session.cloud.clock.advance({ hours: 2 });
    const identity = await readStackIdentity(stage);
    for (const removed of (await scenario?.sweep?.({ cloud: session.cloud, ...identity })) ?? []) {
      log.detail(`swept: ${removed}`);
    }
    const left = session.cloud.everything();
    if (left.length > 0) throw new Error(`this is left:\n${left.map(describeEntity).join('\n')}`);
    checked.set('left after the sweep', left.length);
  });
}

/** A protected stack must refuse `destroy` and lose nothing, until its developers lift the protection. */
async function liftProtection(stage: Stage): Promise<void> {
  const { report, session, scenario } = stage;
  const { config } = await readStackIdentity(stage);
  if (!scenario?.protection?.isOn(config)) return;
  const { lift } = scenario.protection;
  await report.step('pulumi destroy is refused while the stack is protected', async (log) => {
    const existing = session.cloud.everything().length;
    // With its preview, as users run it: there the engine finds what is protected before it deletes what is not.
    const result = await runWithPreview(stage, 'destroy');
    stage.signal.throwIfAborted();
    if (result.code === 0) throw new Error('pulumi destroy must fail, but it succeeded');
    const left = session.cloud.everything().length;
    if (left !== existing) throw new Error(`of ${existing} resources it must lose none, but ${left} are left`);
    log.detail('refused, and nothing is lost');
  });
  await report.step('pulumi up lifts the protection', async (log) => {
    await lift(openWorkspace(session, stage.stack));
    log.detail(summariseResources((await mustRun(stage, 'up')).stdout));
  });
}
