import { startForm } from './page-form.js';
import { createRows } from './page-rows.js';
import { readList, ServiceError } from './page-service.js';

const pageSize = 20;

/**
 * One kind of thing: its table, which is read by pages as the reader asks for more, and its form.
 * `nouns` are the singular and the plural; `recordOf` takes the record that was stored from the answer to the form.
 */
export function startCollection(section, { path, nouns, emptyWords, rows: order, form, recordOf, savedWords }) {
  const part = (name) => section.querySelector(`[data-part="${name}"]`);
  const table = part('table');
  const more = part('more');
  const rows = createRows(table, order);
  let next = null;
  let isBroken = false;
  let retry;
  /** Only the newest load may change the table. */
  let newest = 0;

  const show = () => {
    const { size } = rows;
    table.hidden = size === 0;
    more.hidden = next === null;
    part('state').textContent = size === 0 && !isBroken ? emptyWords : '';
    part('count').textContent = countWords(size, next !== null, nouns);
  };

  const read = async (from, onRecords) => {
    newest += 1;
    const mine = newest;
    part('failure').hidden = true;
    section.setAttribute('aria-busy', 'true');
    if (rows.size === 0) part('state').textContent = `Loading the ${nouns[1]}…`;
    try {
      const page = await readList(from);
      if (mine !== newest) return;
      isBroken = false;
      next = page.next;
      onRecords(page.records);
      show();
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      if (mine !== newest) return;
      isBroken = true;
      show();
      part('failure-text').textContent = `The ${nouns[1]} could not be read. ${error.message}`;
      part('failure').hidden = false;
    } finally {
      if (mine === newest) section.removeAttribute('aria-busy');
    }
  };

  const load = () => {
    retry = load;
    return read(`${path}?limit=${pageSize}`, (records) => {
      rows.clear();
      for (const record of records) rows.put(record);
    });
  };
  const loadMore = () => {
    retry = loadMore;
    return read(next, (records) => {
      const added = records.map((record) => rows.put(record));
      part('news').textContent = `${added.length} more ${nouns[1]} shown.`;
      // The button goes with the last page, and must not take the focus along.
      const header = next === null ? added[0]?.cells[0] : undefined;
      header?.setAttribute('tabindex', '-1');
      header?.focus();
    });
  };
  const onSaved = (answer) => {
    const row = rows.put(recordOf(answer));
    row.classList.add('added');
    show();
    // What is being read may have begun before the write.
    if (section.hasAttribute('aria-busy')) load();
    return savedWords(answer);
  };

  more.addEventListener('click', loadMore);
  part('retry').addEventListener('click', () => {
    // The button hides itself.
    section.focus();
    retry();
  });
  startForm(section.querySelector('form'), { path, ...form, onSaved, onUnknown: load });

  return { load, loadIfMissing: () => (isBroken && rows.size === 0 ? load() : undefined) };
}

function countWords(size, hasMore, [one, many]) {
  if (size === 0) return '';
  return hasMore ? `${size} shown, there are more` : `${size} ${size === 1 ? one : many}`;
}
