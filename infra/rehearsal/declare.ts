import type { Output, Unwrap } from '@pulumi/pulumi';
import type { Cloud, Entity, Place, TypeHandle, User } from './cloud/cloud';
import type { Seed } from './cloud/seed';
import type { Bag } from './protocol/values';
import type { Rule } from './rules';
import type { Typings } from './typings/shape';

/**
 * How a resource type, a function or a package is added to the simulated clouds. See README.md beside this file.
 * Properties, their shapes and the names of the outputs come from the provider's own typings: a declaration holds only what
 * these cannot say. `Args` and `Outputs` of the declarations below are plain values: no Input, Output, secret or unknown.
 */
export type ResourceType<Args = Bag, Outputs = Bag> = TypeHandle<Args, Outputs> & {
  readonly spec: ResourceSpec<Bag, Bag>;
};

/** What every callback is given. */
export type Situation<Args> = {
  readonly urn: string;
  /** The resource's name in the program. */
  readonly name: string;
  readonly inputs: Args;
  readonly place: Place;
  /** The provider's configuration, checked and decoded. */
  readonly config: Bag;
  readonly cloud: Cloud;
  readonly seed: Seed;
  /** Whether the engine holds the input at this path (`a.b[0].c`) as a secret. */
  isSecret(path: string): boolean;
};

export type WithId<Args> = Situation<Args> & { readonly id: string };

export type Lifecycle<Args, Outputs> = WithId<Args> & {
  /** The thing itself; its outputs may be changed here, and what is changed is what `pulumi up` sees. */
  readonly entity: Entity<Args, Outputs>;
  /** Ends when the engine is cancelled. */
  readonly signal: AbortSignal;
  /** A line that the engine prints under the resource. */
  log(severity: 'info' | 'warning', message: string): void;
};

export type Naming = {
  /** The input that is generated from the resource's name when it is not given; default `name`. May be a path: `metadata.name`. */
  property?: string;
  /** The input with which the cloud makes the name itself; default: `property` and "Prefix". */
  prefixProperty?: string;
  maxLength: number;
  /** Between the name and the random part; default "-". */
  separator?: string;
  /** What the cloud makes of the letters; default "any". */
  letters?: 'any' | 'lower';
  /** Ends every generated name, such as ".fifo". */
  ending?: (inputs: Bag) => string;
};

export type ResourceSpec<Args, Outputs> = {
  /** Pulumi's type token, such as `aws:sqs/queue:Queue`. */
  token: string;
  /** For types that the provider's package does not declare, such as custom resources of Kubernetes. */
  typings?: Typings;
  /**
   * For what exists in the program's state only, such as a random password: no cloud keeps it, so none can lose it. Its `read`
   * and `delete`, if it has them, see the state.
   */
  stateOnly?: boolean;
  /** For what several programs may declare, such as an API that is on: who comes later takes over what is there. */
  isShared?: boolean;
  /** For types that the provider names by itself. */
  naming?: Naming;
  /** Inputs the provider fills in when they are absent. */
  defaults?: Partial<Args>;
  /** Input paths (without list indices) whose change replaces the resource; 'any' when every change does. */
  replaceOn?: readonly string[] | 'any';
  /** Replaces by deleting first, even when the name was generated. */
  deleteBeforeReplace?: boolean;
  /** Input paths (without list indices) whose change alone is none, such as a password that is good for an hour. */
  notCompared?: readonly string[];
  /** List paths in which the order means nothing. */
  unordered?: readonly string[];
  /** Inputs that never come back as outputs. */
  writeOnly?: readonly (keyof Args & string)[];
  /** Outputs that are secret whatever the inputs were. */
  secretOutputs?: readonly (keyof Outputs & string)[];
  /** Outputs that an update may change: unknown in its preview. */
  changesOnUpdate?: readonly (keyof Outputs & string)[];
  /** Required outputs that are empty unless given ("", 0, false, [], {}), as the provider leaves them. */
  empty?: readonly (keyof Outputs & string)[];
  /** How long it takes, in the clouds' own time. */
  seconds?: { create?: number; update?: number; delete?: number };

  id(situation: Situation<Args>): string;
  /** The computed outputs. Inputs are outputs by themselves. `previous` at an update. */
  outputs(situation: WithId<Args> & { previous?: Outputs }): Partial<Outputs>;
  /**
   * What the cloud holds under an id without a resource of the program that made it, for `Type.get`; undefined when there is
   * no such thing. Without it, only what a resource made is found.
   */
  lookUp?: (situation: WithId<Args>) => { inputs: Args; outputs: Partial<Outputs> } | undefined;
  /** Outputs that follow from what is outside the program, such as a folder's hash: another value than before is an update. */
  observed?: (situation: Situation<Args>) => Partial<Outputs>;
  /** What must be there only once: a key in words ("queue orders in eu-west-1"). */
  unique?: (situation: Situation<Args>) => string;
  /** The cloud's words when there is one already. */
  exists?: (situation: Situation<Args>) => string;
  /** What this resource keeps in use while it exists. */
  uses?: (situation: WithId<Args>) => readonly (Entity<unknown, unknown> | undefined)[];
  /** The cloud's refusal to delete what is in use; undefined lets it go. Without it, nothing is refused. */
  inUse?: (entity: Entity<Args, Outputs>, users: readonly User[]) => string | undefined;

  create?(lifecycle: Lifecycle<Args, Outputs>): Promise<void> | void;
  update?(lifecycle: Lifecycle<Args, Outputs> & { previous: { inputs: Args; outputs: Outputs } }): Promise<void> | void;
  /** Returns 'kept' where the resource leaves the program's state but stays in the cloud (deletionPolicy ABANDON). */
  delete?(lifecycle: Lifecycle<Args, Outputs>): Promise<'gone' | 'kept'> | 'gone' | 'kept';
  /** Brings the entity up to date before it is read. */
  read?(lifecycle: Lifecycle<Args, Outputs>): Promise<void> | void;
};

/** The plain values of a resource class's outputs. */
export type OutputsOf<Resource> = {
  [Key in keyof Resource as Key extends 'urn'
    ? never
    : Resource[Key] extends Output<unknown>
      ? Key
      : never]: Resource[Key] extends Output<infer Value> ? Value : never;
};

/** Declares a resource type: `resource<aws.sqs.Queue, aws.sqs.QueueArgs>({...})`, with types imported as types only. */
export function resource<Resource, Args>(
  spec: ResourceSpec<Unwrap<Args>, OutputsOf<Resource>>,
): ResourceType<Unwrap<Args>, OutputsOf<Resource>> {
  // From here on the framework checks values against the provider's typings at run time.
  return { token: spec.token, spec: spec as unknown as ResourceSpec<Bag, Bag> };
}

export type FunctionSituation<Args> = Omit<Situation<Args>, 'urn' | 'name' | 'isSecret'>;

export type FunctionType = {
  readonly token: string;
  readonly secretResults: readonly string[];
  readonly call: (situation: FunctionSituation<Bag>) => Bag;
};

/** Declares a function (invoke). A Refusal thrown by `call` is the cloud's error. */
export function func<Args, Result>(spec: {
  token: string;
  secretResults?: readonly (keyof Result & string)[];
  call(situation: FunctionSituation<Args>): Result;
}): FunctionType {
  return {
    token: spec.token,
    secretResults: spec.secretResults ?? [],
    call: spec.call as unknown as FunctionType['call'],
  };
}

/** A provider package: what all its resources share, and what it simulates. */
export type SimulatedPackage = {
  /** Pulumi's name of it: aws, gcp, docker-build. */
  readonly name: string;
  readonly resources: readonly ResourceType<unknown, unknown>[];
  readonly functions: readonly FunctionType[];
  readonly rules: readonly Rule[];
  /** Stack configuration the provider needs and a rehearsal may make up, such as `gcp:project`. */
  readonly placeholders: Readonly<Record<string, string>>;
  /** Refuses a configuration that the real provider refuses; each failure names the key. */
  checkConfig(config: Bag): readonly { property: string; reason: string }[];
  /** Where a resource with these inputs goes. */
  place(config: Bag, inputs: Bag): Place;
  /** Changes inputs as the provider does before its check, such as default tags. */
  prepareInputs(config: Bag, inputs: Bag, knows: (property: string) => boolean): Bag;
  /** Outputs that most of its types have: region, project, tagsAll, effectiveLabels. Only those the type knows are used. */
  sharedOutputs(config: Bag, inputs: Bag, place: Place): Bag;
  /** Those of them whose change moves the resource, so replaces it. */
  readonly identity: readonly string[];
};
