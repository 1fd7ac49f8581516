import { isDeepStrictEqual } from 'node:util';
import type { ProgramResult } from '../engine/run-program';
import type { Graph, GraphNode } from '../graph/graph';
import { extractDiagnostics, summariseResources } from './diagnostics';
import { followLogs } from './follow-logs';
import { type LoadResult, startLoad } from './load';
import type { StepLog } from './report';
import type { Change, Deployment, Load, Refused, Visit } from './scenario';
import { readDeployment, runEngine, type Stage, visitsOf } from './stage';
import { openWorkspace } from './workspace';

const longestLine = 300;

/** The releases that answer, by address. */
export type Serving = ReadonlyMap<string, string>;

export type Before = { first: Deployment; firstServing: Serving; current: Deployment };

/** Makes one change of the program's life and judges what comes of it. Gives what is up afterwards. */
export async function makeChange(stage: Stage, change: Change, before: Before, log: StepLog): Promise<Deployment> {
  const load = stage.scenario?.load;
  if (!load) throw new Error('only a scenario has changes');
  const visits = visitsOf(stage, before.current);
  const serving = await findServing(load, visits);
  const graph = change.mayTouch && (await stage.session.graph());
  const workspace = openWorkspace(stage.session, stage.stack);
  await change.apply(workspace, before.first);
  const logged = followLogs(stage.runtime.logs);

  const users = change.isUnderLoad ? startLoad(load, visits) : undefined;
  const result = await runEngine(stage, 'up').finally(async () => {
    if (!users) return;
    tellLoad(await users.stop(), log);
  });
  stage.signal.throwIfAborted();
  if (typeof change.expects === 'object') {
    judgeRefusal(change.expects, { result, logged: logged() }, log);
    const unmoved = compareServing(serving, await findServing(load, visits));
    if (unmoved.length > 0) throw new Error(`the release before must go on answering: ${unmoved.join(', ')}`);
    log.detail(`the release before goes on answering: ${[...serving.keys()].join(', ')}`);
    await workspace.undo();
    return before.current;
  }

  if (result.code !== 0) throw new Error(`pulumi up failed:\n${extractDiagnostics(result)}`);
  log.detail(summariseResources(result.stdout));
  const after = await readDeployment(stage);
  const now = await findServing(load, visitsOf(stage, after));
  judgeServing(change.expects, { now, before: serving, first: before.firstServing });
  if (graph && change.mayTouch) judgeTouched(graph, await stage.session.graph(), change.mayTouch, log);
  if (!change.stays) await workspace.undo();
  return after;
}

/** Asks each address which release answers. */
export async function findServing(load: Load, visits: readonly Visit[]): Promise<Serving> {
  return new Map(
    await Promise.all(visits.map(async (visit): Promise<[string, string]> => [visit.name, await load.round(visit, 0)])),
  );
}

function judgeRefusal(
  { refused, logged }: Refused,
  actual: { result: ProgramResult; logged: readonly string[] },
  log: StepLog,
): void {
  const told = extractDiagnostics(actual.result);
  if (actual.result.code === 0) throw new Error('pulumi up must fail, but it succeeded');
  log.detail(`refused: ${findLine(told.split('\n'), refused, `pulumi up must say ${refused}, but said:\n${told}`)}`);
  if (!logged) return;
  const missing = `the platforms' logs must tell ${logged}, but have:\n${actual.logged.slice(-10).join('\n')}`;
  log.detail(`logged: ${findLine(actual.logged, logged, missing)}`);
}

function findLine(lines: readonly string[], pattern: RegExp, missing: string): string {
  const found = lines.find((line) => pattern.test(line));
  if (found === undefined) throw new Error(missing);
  return found.trim().slice(0, longestLine);
}

function compareServing(before: Serving, after: Serving): string[] {
  return [...before].filter(([name, release]) => after.get(name) !== release).map(([name]) => name);
}

function judgeServing(
  expected: Exclude<Change['expects'], object>,
  { now, before, first }: Record<'now' | 'before' | 'first', Serving>,
): void {
  for (const [name, release] of now) {
    const reference = (expected === 'first release' ? first : before).get(name);
    const isAsBefore = reference === undefined || release === reference;
    if (isAsBefore === (expected === 'new release')) {
      throw new Error(`${name} must answer with the ${expected}, but it is ${release} (before: ${before.get(name)})`);
    }
  }
}

function tellLoad(results: ReadonlyMap<string, LoadResult>, log: StepLog): void {
  const failures: string[] = [];
  for (const [name, { rounds, failures: failed, releases }] of results) {
    log.detail(`${name}: ${rounds} rounds of requests, ${failed.length} failed, ${releases.length} releases answered`);
    failures.push(...failed.slice(0, 3).map((text) => `${name}: ${text}`));
  }
  if (failures.length > 0) throw new Error(`requests failed while the release changed:\n${failures.join('\n')}`);
}

/** What was there before and is there after must be the same, but for what the change is about. */
function judgeTouched(
  before: Graph,
  after: Graph,
  mayTouch: (resource: { type: string; name: string }) => boolean,
  log: StepLog,
): void {
  const kept = before.nodes.filter((node) => node.custom && !mayTouch(node) && after.find(node.urn) !== undefined);
  const touched = kept.filter((node) => !isSame(node, after.find(node.urn)));
  if (touched.length > 0) throw new Error(`it must leave alone: ${touched.map(({ urn }) => urn).join(', ')}`);
  log.detail(`${kept.length} other resources were left as they are`);
}

function isSame(a: GraphNode, b: GraphNode | undefined): boolean {
  return a.id === b?.id && isDeepStrictEqual(a.inputs, b?.inputs) && isDeepStrictEqual(a.outputs, b?.outputs);
}
