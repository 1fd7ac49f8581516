import type { Bag } from '../protocol/values';
import type { Runtime } from '../runtime/runtime';
import { type Clock, createClock } from './clock';
import { Refusal } from './refusal';

/** Names a resource type together with the types of its arguments and outputs; `resource()` gives one. */
export type TypeHandle<Args, Outputs> = { readonly token: string; readonly typesOf?: { args: Args; outputs: Outputs } };

/** Something that exists in a simulated cloud. `inputs` and `outputs` are what the cloud holds now, without marks. */
export type Entity<Args = Bag, Outputs = Bag> = {
  readonly token: string;
  readonly id: string;
  /** Pulumi's URN and name of it, for messages. */
  readonly urn: string;
  readonly name: string;
  /** Region and account, or project. */
  readonly place: Place;
  readonly createdAtMs: number;
  inputs: Args;
  outputs: Outputs;
  /** Deleted from the program's state but left in the cloud on purpose. */
  abandoned: boolean;
};

export type Place = { readonly [part: string]: string };

/** A side table of the cloud, such as the images of all registries; made once by its owner and imported by others. */
export type Table<T> = { readonly name: string; readonly typeOf?: T };

export function table<T>(name: string): Table<T> {
  return { name };
}

/** Why an entity cannot go: another entity that uses it, or a hold that the cloud keeps for a while. */
export type User = { readonly description: string; readonly entity?: Entity; readonly untilMs?: number };

/** The one state of all simulated clouds. */
export type Cloud = {
  readonly clock: Clock;
  readonly runtime: Runtime;
  list<Args, Outputs>(type: TypeHandle<Args, Outputs>): Entity<Args, Outputs>[];
  /** By id; ids that repeat between regions or projects need the place. */
  find<Args, Outputs>(type: TypeHandle<Args, Outputs>, id: string, place?: Place): Entity<Args, Outputs> | undefined;
  /** By an output, such as an ARN or a name. */
  findBy<Args, Outputs, Key extends keyof Outputs>(
    type: TypeHandle<Args, Outputs>,
    key: Key,
    value: Outputs[Key],
  ): Entity<Args, Outputs> | undefined;
  everything(): Entity[];
  /** Throws when it is there already. `isShared`: another program's declaration of the same thing does not mind. */
  add(entity: Entity, isShared?: boolean): void;
  remove(entity: Entity): void;
  /** Replaces what `user` uses. */
  noteUses(user: Entity, used: readonly Entity<unknown, unknown>[]): void;
  /** Keeps an entity in use until a virtual time, with nothing of the program behind it. */
  hold(entity: Entity<unknown, unknown>, hold: { description: string; untilMs: number }): void;
  usersOf(entity: Entity<unknown, unknown>): User[];
  table<T>(key: Table<T>): Map<string, T>;
};

/** All simulated time starts here, so that two runs give the same timestamps. */
const startOfTimeMs = Date.UTC(2026, 10, 1, 9);

export function createCloud(runtime: Runtime): Cloud {
  const clock = createClock(startOfTimeMs);
  const entities = new Map<string, Entity>();
  const uses = new Map<Entity, readonly Entity[]>();
  const holds = new Map<Entity, { description: string; untilMs: number }[]>();
  const tables = new Map<string, Map<string, unknown>>();

  const listAny = (token: string): Entity[] => [...entities.values()].filter((entity) => entity.token === token);
  // The typed views rest on the token: only `resource()` pairs a token with types, and only it adds entities.
  const list = <Args, Outputs>(type: TypeHandle<Args, Outputs>) => listAny(type.token) as Entity<Args, Outputs>[];
  const plain = (entity: Entity<unknown, unknown>) => entity as unknown as Entity;

  return {
    clock,
    runtime,
    list,
    find: (type, id, place) =>
      list(type).find((entity) => entity.id === id && (!place || keyOf(place) === keyOf(entity.place))),
    findBy: (type, key, value) => list(type).find((entity) => entity.outputs[key] === value),
    everything: () => [...entities.values()],
    add: (entity, isShared = false) => {
      const key = [entity.token, keyOf(entity.place), entity.id, ...(isShared ? [entity.urn] : [])].join('|');
      if (entities.has(key)) throw new Refusal(`${entity.token} ${entity.id} already exists`);
      entities.set(key, entity);
    },
    remove: (entity) => {
      for (const [key, candidate] of entities) if (candidate === entity) entities.delete(key);
      uses.delete(entity);
    },
    noteUses: (user, used) => uses.set(user, used.map(plain)),
    hold: (entity, hold) => holds.set(plain(entity), [...(holds.get(plain(entity)) ?? []), hold]),
    usersOf: (entity) => [
      ...[...uses]
        .filter(([, used]) => used.includes(plain(entity)))
        .map(([user]) => ({ description: `${user.token} "${user.name}"`, entity: user })),
      ...(holds.get(plain(entity)) ?? []).filter((hold) => hold.untilMs > clock.now()),
    ],
    table: <T>(key: Table<T>) => {
      const known = tables.get(key.name) ?? new Map<string, unknown>();
      tables.set(key.name, known);
      return known as Map<string, T>;
    },
  };
}

export function keyOf(place: Place): string {
  return Object.keys(place)
    .sort()
    .map((part) => `${part}=${place[part]}`)
    .join(',');
}
