import type { Query, Row, Statement } from '../stores/database';

/** Past either of these a list is neither cached nor made as one text: it is read in chunks. */
const maxRows = 10_000;
const maxBytes = 1024 * 1024;

/** `text`: the rows as JSON, comma-separated, without brackets. `last`: where the next chunk begins; none when empty. */
export type Chunk = { text: string; last: string | undefined; hasMore: boolean };

/** A table that is listed in the order of one unique column. */
export interface ListSource {
  /** The whole list as a JSON array; undefined when it is too large for that. */
  readAll(): Promise<string | undefined>;
  /** At most `limit` rows that come after the position `after`. */
  readChunk(after: string | undefined, limit: number): Promise<Chunk>;
}

export type ListTable = {
  table: string;
  /** Columns of the JSON objects, in order. */
  columns: string;
  /** SQL expression of the unique column, with its collation. */
  position: string;
  positionType: 'int' | 'varchar';
};

/** Statements that let Postgres write the JSON: rows need not become objects here only to become text again. */
export function createListSource(query: Query, { table, columns, position, positionType }: ListTable): ListSource {
  const all: Statement = {
    name: `list_${table}`,
    text: `select case when count(*) <= ${maxRows} and coalesce(sum(octet_length(json) + 1), 0) < ${maxBytes}
      then '[' || coalesce(string_agg(json, ',' order by position), '') || ']' end as text
      from (select ${position} as position, row_to_json(listed)::text as json from (
        select ${columns} from ${table} order by ${position} limit ${maxRows + 1}) listed) rows`,
  };
  const chunk = (name: string, where: string): Statement => ({
    name,
    text: `select coalesce(string_agg(json, ',' order by n) filter (where n <= $1), '') as text,
      (max(position) filter (where n <= $1))::text as last, coalesce(bool_or(n > $1), false) as "hasMore"
      from (select ${position} as position, row_number() over (order by ${position}) as n,
        row_to_json(listed)::text as json
        from (select ${columns} from ${table} ${where} order by ${position} limit $1::int + 1) listed) rows`,
  });
  const first = chunk(`list_${table}_first`, '');
  // A number past the column's range comes after all rows.
  const after = positionType === 'int' ? 'least($2::numeric, 2147483647)::int' : '$2::varchar';
  const next = chunk(`list_${table}_after`, `where ${position} > ${after}`);

  return {
    readAll: async () => {
      const [row] = await query<{ text: string | null }>(all);
      return row?.text ?? undefined;
    },
    readChunk: async (after, limit) => {
      const [row] = await (after === undefined
        ? query<ChunkRow>(first, [limit])
        : query<ChunkRow>(next, [limit, after]));
      return { text: row?.text ?? '', last: row?.last ?? undefined, hasMore: row?.hasMore ?? false };
    },
  };
}

type ChunkRow = Row & { text: string; last: string | null; hasMore: boolean };
