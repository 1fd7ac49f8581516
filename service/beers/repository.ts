import { createListSource, type ListSource } from '../lists/list-source';
import { createBatcher } from '../stores/batcher';
import type { Database, Statement } from '../stores/database';
import type { Beer } from './schemas';

export type NewBeer = Omit<Beer, 'id'>;

export interface BeersRepository {
  list: ListSource;
  find(id: number): Promise<Beer | undefined>;
  create(beer: NewBeer): Promise<Beer>;
  /** Adds the beers if there are none at all. Gives how many it added. */
  seed(beers: readonly NewBeer[]): Promise<number>;
}

const findMany: Statement = {
  name: 'find_beers',
  text: 'select id, name, style, abv from beers where id = any($1::int[])',
};
const insertOne: Statement = {
  name: 'insert_beer',
  isWrite: true,
  text: 'insert into beers (name, style, abv) values ($1, $2, $3) returning id, name, style, abv',
};
// Two beers may share a name, so no unique column makes a second seeding fail: the table is locked first.
const lockTable: Statement = { name: 'lock_beers', text: 'lock table beers in share row exclusive mode' };
const findAny: Statement = { name: 'find_any_beer', text: 'select 1 as one from beers limit 1' };
const insertMany: Statement = {
  name: 'insert_beers',
  isWrite: true,
  text: `insert into beers (name, style, abv)
    select name, style, abv
    from unnest($1::varchar[], $2::varchar[], $3::varchar[]) with ordinality as input (name, style, abv, n) order by n`,
};

export function createBeersRepository({ query, transaction }: Database): BeersRepository {
  return {
    list: createListSource(query, {
      table: 'beers',
      columns: 'id, name, style, abv',
      position: 'id',
      positionType: 'int',
    }),
    find: createBatcher(async (ids: readonly number[]) => {
      const rows = await query<Beer>(findMany, [[...new Set(ids)]]);
      const found = new Map(rows.map((row) => [row.id, row]));
      return ids.map((id) => found.get(id));
    }),
    create: async ({ name, style, abv }) => {
      const [beer] = await query<Beer>(insertOne, [name, style, abv]);
      if (beer === undefined) throw new Error('the database returned no inserted row');
      return beer;
    },
    seed: (beers) =>
      transaction(async (run) => {
        await run(lockTable);
        const present = await run(findAny);
        if (present.length > 0) return 0;
        const column = (name: keyof NewBeer) => beers.map((beer) => beer[name]);
        await run(insertMany, [column('name'), column('style'), column('abv')]);
        return beers.length;
      }),
  };
}
