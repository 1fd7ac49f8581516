import type { Cloud, Entity, Place, TypeHandle } from './cloud/cloud';
import type { Lifecycle, Situation, WithId } from './declare';
import type { Graph } from './graph/graph';
import type { Bag } from './protocol/values';

/** What a cloud refuses, and where that is known from. Rules know clouds, never the program that is rehearsed. */
type RuleText = {
  /** Package, service, what: `aws.sqs.name-length`. */
  readonly id: string;
  /** One sentence: what the cloud refuses. */
  readonly refuses: string;
  /** Link to the documentation or report. */
  readonly source: string;
};

/** Undefined when all is well, else what is wrong here: name the property and the allowed values, never a secret. */
export type Verdict = string | readonly string[] | undefined;

/** Rules that evaluate policies take their time. */
type VerdictSoon = Verdict | Promise<Verdict>;

export type Rule = RuleText &
  (
    | { readonly stage: 'inputs'; readonly types: readonly string[]; check(situation: Situation<Bag>): Verdict }
    | {
        readonly stage: 'apply';
        readonly types: readonly string[];
        check(application: Application<Bag, Bag>): VerdictSoon;
      }
    | {
        readonly stage: 'operation';
        readonly types: readonly string[];
        check(lifecycle: Lifecycle<Bag, Bag>): VerdictSoon;
      }
    | { readonly stage: 'delete'; readonly types: readonly string[]; check(removal: Removal<Bag, Bag>): Verdict }
    | { readonly stage: 'graph'; readonly types: readonly string[]; check(graph: Graph): GraphFindings }
  );

/** At a create, without `previous`, or at an update. The cloud's state is as the engine's order has made it. */
export type Application<Args, Outputs> = WithId<Args> & { readonly previous?: { inputs: Args; outputs: Outputs } };

export type Removal<Args, Outputs> = {
  readonly entity: Entity<Args, Outputs>;
  readonly cloud: Cloud;
  readonly config: Bag;
  readonly place: Place;
};

export type GraphFinding = { readonly urn: string; readonly message: string };
type GraphFindings = readonly GraphFinding[] | Promise<readonly GraphFinding[]>;

type Handle = TypeHandle<unknown, unknown>;
type ArgsOf<Type> = Type extends { readonly typesOf?: { args: infer Args } } ? Args : never;
type OutputsOf<Type> = Type extends { readonly typesOf?: { outputs: infer Outputs } } ? Outputs : never;

type ForTypes<Type extends Handle, Subject, Answer = Verdict> = RuleText & {
  /** One type, or several: the check then sees what they have in common. */
  readonly types: Type | readonly Type[];
  check(subject: Subject): Answer;
};

/** Judged from the inputs alone: at preview already, as soon as every value that the check reads is known. */
export function inputRule<Type extends Handle>(rule: ForTypes<Type, Situation<ArgsOf<Type>>>): Rule {
  return {
    ...text(rule),
    stage: 'inputs',
    types: tokens(rule.types),
    check: rule.check as (subject: never) => Verdict,
  };
}

/** Judged against the cloud's state before a create or an update. */
export function applyRule<Type extends Handle>(
  rule: ForTypes<Type, Application<ArgsOf<Type>, OutputsOf<Type>>, VerdictSoon>,
): Rule {
  return {
    ...text(rule),
    stage: 'apply',
    types: tokens(rule.types),
    check: rule.check as (subject: never) => VerdictSoon,
  };
}

/**
 * What the cloud finds while it works on a request that it has accepted, as an image that cannot be pulled. The type's own
 * lifecycle asks for it with `judgeOperation`, and decides what becomes of the resource.
 */
export function operationRule<Type extends Handle>(
  rule: ForTypes<Type, Lifecycle<ArgsOf<Type>, OutputsOf<Type>>, VerdictSoon>,
): Rule {
  return {
    ...text(rule),
    stage: 'operation',
    types: tokens(rule.types),
    check: rule.check as (subject: never) => VerdictSoon,
  };
}

/** What the operation rules among these find, in the rules' words. */
export async function judgeOperation<Args, Outputs>(
  rules: readonly Rule[],
  lifecycle: Lifecycle<Args, Outputs>,
): Promise<string[]> {
  const findings: string[] = [];
  for (const rule of rules) {
    if (rule.stage !== 'operation' || !rule.types.includes(lifecycle.entity.token)) continue;
    const verdict = await rule.check(lifecycle as unknown as Lifecycle<Bag, Bag>);
    const messages = verdict === undefined ? [] : typeof verdict === 'string' ? [verdict] : verdict;
    findings.push(...messages.map((message) => describeFinding(rule, message)));
  }
  return findings;
}

/** Judged before a delete. */
export function deleteRule<Type extends Handle>(rule: ForTypes<Type, Removal<ArgsOf<Type>, OutputsOf<Type>>>): Rule {
  return {
    ...text(rule),
    stage: 'delete',
    types: tokens(rule.types),
    check: rule.check as (subject: never) => Verdict,
  };
}

/** Judged over the whole program after an update: what must wait for what, whatever order this run happened to take. */
export function graphRule(
  rule: RuleText & { readonly types: readonly { token: string }[]; check(graph: Graph): GraphFindings },
): Rule {
  return { ...text(rule), stage: 'graph', types: rule.types.map((type) => type.token), check: rule.check };
}

function text({ id, refuses, source }: RuleText): RuleText {
  return { id, refuses, source };
}

function tokens(types: { token: string } | readonly { token: string }[]): readonly string[] {
  return 'token' in types ? [types.token] : types.map((type) => type.token);
}

/** A finding as people read it: what is wrong, which rule says so, where it is known from. */
export function describeFinding(rule: RuleText, message: string): string {
  return `${message} [rule ${rule.id}: ${rule.refuses} ${rule.source}]`;
}

/** The list that `npm run rehearse -- --rules` prints. */
export function describeRules(rules: readonly Rule[]): string {
  return [...rules]
    .sort((a, b) => a.id.localeCompare(b.id))
    .map((rule) => `${rule.id}\n  ${rule.refuses}\n  ${rule.types.join(', ')}\n  ${rule.source}`)
    .join('\n');
}
