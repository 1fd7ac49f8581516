import { createListSource, type ListSource } from '../lists/list-source';
import { createBatcher } from '../stores/batcher';
import {
  type Database,
  DatabaseUnavailableError,
  type Statement,
  sqlState,
  UnstorableTextError,
} from '../stores/database';
import type { DataRecord } from './schemas';

export interface DataRepository {
  list: ListSource;
  find(key: string): Promise<DataRecord | undefined>;
  /** Stores the value. Gives whether the key is new; of many first writes at one time exactly one is. */
  upsert(record: DataRecord): Promise<{ isInserted: boolean }>;
}

const findMany: Statement = {
  name: 'find_data_records',
  text: 'select key, value from data_record where key = any($1::varchar[])',
};

// A row that this statement inserted has no earlier version (xmax 0). Rows are locked in the order of their keys, so
// that two batches cannot wait for each other.
const upsertMany: Statement = {
  name: 'upsert_data_records',
  isWrite: true,
  text: `insert into data_record (key, value)
    select key, value from unnest($1::varchar[], $2::varchar[]) as input (key, value) order by key collate "C"
    on conflict (key) do update set value = excluded.value
    returning key, (xmax = 0) as "isInserted"`,
};

export function createDataRepository({ query }: Database): DataRepository {
  const upsertBatch = async (records: readonly DataRecord[]): Promise<{ isInserted: boolean }[]> => {
    // One statement may touch a key once. Of several writes to a key the last one's value is stored.
    const last = new Map(records.map(({ key, value }) => [key, value]));
    const rows = await query<{ key: string; isInserted: boolean }>(upsertMany, [[...last.keys()], [...last.values()]]);
    const inserted = new Set(rows.filter(({ isInserted }) => isInserted).map(({ key }) => key));
    // The first of them is the one that inserted, the others updated what it wrote.
    return records.map(({ key }) => ({ isInserted: inserted.delete(key) }));
  };

  return {
    list: createListSource(query, {
      table: 'data_record',
      columns: 'key, value',
      position: 'key collate "C"',
      positionType: 'varchar',
    }),
    find: createBatcher(async (keys: readonly string[]) => {
      const rows = await query<DataRecord>(findMany, [[...new Set(keys)]]);
      const found = new Map(rows.map((row) => [row.key, row]));
      return keys.map((key) => found.get(key));
    }),
    upsert: createBatcher(async (records: readonly DataRecord[]) => {
      try {
        return await upsertBatch(records);
      } catch (error) {
        if (records.length === 1 || !isUndoneByOneRow(error)) throw error;
        return records.map(async (record) => (await upsertBatch([record]))[0] ?? { isInserted: false });
      }
    }),
  };
}

/** The server undid the whole statement because of one row: 22 and 23 its data, 40 a deadlock with another writer. */
function isUndoneByOneRow(error: unknown): boolean {
  if (error instanceof UnstorableTextError) return true;
  const state = sqlState(error instanceof DatabaseUnavailableError ? error.cause : error);
  return state !== undefined && /^(23|40)/.test(state);
}
