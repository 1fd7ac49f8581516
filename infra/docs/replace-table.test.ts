import { replaceTable } from './replace-table';

const head = '| a | b |\n|---|---|';

describe('replaceTable', () => {
  test('replaces all rows of the table with the same head, and nothing else', () => {
    const text = `one\n\n${head}\n| 1 | 2 |\n| 3 | 4 |\n\ntwo\n\n| c |\n|---|\n| 5 |\n`;
    const replaced = `one\n\n${head}\n| 6 | 7 |\n\ntwo\n\n| c |\n|---|\n| 5 |\n`;
    expect(replaceTable(text, `${head}\n| 6 | 7 |`)).toBe(replaced);
  });

  test('leaves a text as it is that has the table already, also at its end', () => {
    const table = `${head}\n| 1 | 2 |`;
    for (const text of [`one\n\n${table}\n`, `${table}`]) expect(replaceTable(text, table)).toBe(text);
  });

  test('says which table is missing', () => {
    expect(() => replaceTable('no table', head)).toThrow('there is no table with the head | a | b |');
  });
});
