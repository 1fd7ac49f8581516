/**
 * The rows of a table, in order and each once, however they come: by pages of the list, or one that was just added.
 * `keyOf` gives a record's place, `compare` orders places, `cells` gives the texts, the first of them the row's header.
 */
export function createRows(table, { keyOf, compare, cells }) {
  const body = table.tBodies[0];
  const rows = [];

  /** The index of the first row that does not come before the key. */
  const find = (key) => {
    let low = 0;
    let high = rows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compare(rows[middle].key, key) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  return {
    get size() {
      return rows.length;
    },
    clear() {
      rows.length = 0;
      body.replaceChildren();
    },
    /** Adds the record, or replaces the row that has its key. Gives the row. */
    put(record) {
      const key = keyOf(record);
      const index = find(key);
      const element = buildRow(cells(record));
      const present = rows[index];
      if (present !== undefined && compare(present.key, key) === 0) {
        present.element.replaceWith(element);
        rows[index] = { key, element };
      } else {
        body.insertBefore(element, present?.element ?? null);
        rows.splice(index, 0, { key, element });
      }
      return element;
    },
  };

  function buildRow(texts) {
    const row = document.createElement('tr');
    for (const [index, text] of texts.entries()) {
      const cell = document.createElement(index === 0 ? 'th' : 'td');
      if (index === 0) cell.scope = 'row';
      // Columns are set like their headings.
      cell.className = table.tHead.rows[0].cells[index].className;
      if (text === null) cell.append(buildAbsence('–', 'not given'));
      else if (text === '') cell.append(buildAbsence('empty'));
      else cell.textContent = text;
      row.append(cell);
    }
    return row;
  }
}

/** What stands for no text. `spoken` is for those who hear the mark instead of seeing it. */
function buildAbsence(shown, spoken) {
  const mark = document.createElement('span');
  mark.className = 'absent';
  mark.textContent = shown;
  if (spoken === undefined) return mark;
  mark.setAttribute('aria-hidden', 'true');
  const words = document.createElement('span');
  words.className = 'visually-hidden';
  words.textContent = spoken;
  const both = document.createDocumentFragment();
  both.append(mark, words);
  return both;
}

/** The order of UTF-8 bytes, in which the service lists keys. It is that of code points, not of JavaScript's `<`. */
export function compareCodePoints(left, right) {
  const a = [...left];
  const b = [...right];
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i += 1) {
    const difference = a[i].codePointAt(0) - b[i].codePointAt(0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
