import { createListSource, type ListSource } from '../lists/list-source';
import { createBatcher } from '../stores/batcher';
import type { Database, Statement } from '../stores/database';
import type { User, UserInput } from './schemas';

export interface UsersRepository {
  list: ListSource;
  /** The user as JSON. */
  findJson(id: number): Promise<string | undefined>;
  /** Undefined when the email is taken. */
  create(user: UserInput): Promise<User | undefined>;
}

const findMany: Statement = {
  name: 'find_users',
  text: `select id, row_to_json(found)::text as json
    from (select id, name, email from users where id = any($1::int[])) found`,
};

// Asks before it inserts, so that refused emails do not use up ids; the race that is left ends in the conflict clause.
const insertOne: Statement = {
  name: 'insert_user',
  isWrite: true,
  text: `insert into users (name, email)
    select $1::varchar, $2::varchar where not exists (select from users where email = $2::varchar)
    on conflict do nothing returning id, name, email`,
};

export function createUsersRepository({ query }: Database): UsersRepository {
  return {
    list: createListSource(query, {
      table: 'users',
      columns: 'id, name, email',
      position: 'id',
      positionType: 'int',
    }),
    findJson: createBatcher(async (ids: readonly number[]) => {
      const rows = await query<{ id: number; json: string }>(findMany, [[...new Set(ids)]]);
      const found = new Map(rows.map(({ id, json }) => [id, json]));
      return ids.map((id) => found.get(id));
    }),
    create: async ({ name, email }) => (await query<User>(insertOne, [name, email]))[0],
  };
}
