import { type Static, Type } from 'typebox';
import { openPrevious } from './rotation';

/** For one cloud: which of its database servers the stack uses. Number 1 is the first; docs/operations.md has the steps. */
export const RestoreSchema = Type.Object(
  {
    server: Type.Integer({
      minimum: 2,
      maximum: 10_000,
      description: 'the server in use, which was restored from the one before; the first is 1, without this setting',
    }),
    at: Type.String({
      pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$',
      allowed: 'a time in UTC, such as 2026-11-21T09:30:00Z',
      description: 'the moment whose rows it has; of no effect once it is there',
    }),
    droppedServer: Type.Integer({
      minimum: 0,
      maximum: 9_999,
      default: 0,
      description: '`server` less 1: that one is deleted; until then it is kept beside the other',
    }),
  },
  { additionalProperties: false },
);
export type Restore = Static<typeof RestoreSchema>;

/** One of the servers that a stack has had, and how it is made if it is not there. */
export type ServerGeneration = {
  /** Begins every name: the first has none of the numbers. */
  part: string;
  /** Of the final snapshot. */
  snapshotPart: string;
  /** Undefined: as an empty one. */
  restoredFrom: { part: string; at: string } | undefined;
};

export type ServerGenerations = { current: ServerGeneration; previous: ServerGeneration | undefined };

/** The server that the stack uses, and the one before it for as long as that is kept. */
export function serverGenerations(restore: Restore | undefined): ServerGenerations {
  if (restore === undefined) return { current: generation(1, undefined), previous: undefined };
  const { server, at, droppedServer } = restore;
  const previous = openPrevious(server, droppedServer);
  return {
    current: generation(server, at),
    previous: previous === undefined ? undefined : generation(previous, at),
  };
}

/** What of the numbers contradicts itself, as sentences. */
export function findRestoreProblems(cloud: string, restore: Restore | undefined): string[] {
  if (restore === undefined) return [];
  const { server, droppedServer } = restore;
  const setting = `taproom:restore.${cloud}`;
  if (droppedServer >= server) {
    return [`${setting}.droppedServer must be less than ${setting}.server, which is ${server}: that one is in use`];
  }
  return droppedServer < server - 2
    ? [`${setting}.droppedServer must be at least ${server - 2}: one server is kept beside the one in use`]
    : [];
}

function generation(number: number, at: string | undefined): ServerGeneration {
  return {
    part: partOf(number),
    snapshotPart: number === 1 ? 'final' : `final-${number}`,
    restoredFrom: number === 1 || at === undefined ? undefined : { part: partOf(number - 1), at },
  };
}

function partOf(number: number): string {
  return number === 1 ? 'postgres' : `postgres-${number}`;
}
