/** `text` with `table` in place of the table that has the same head. Throws when there is none. Both in Markdown. */
export function replaceTable(text: string, table: string): string {
  const head = table.split('\n').slice(0, 2).join('\n');
  const start = text.indexOf(`${head}\n`);
  if (start === -1) throw new Error(`there is no table with the head ${head.split('\n')[0]}`);
  const rows = /^(\|.*\n?)+/.exec(text.slice(start))?.[0] ?? '';
  return text.slice(0, start) + table + (rows.endsWith('\n') ? '\n' : '') + text.slice(start + rows.length);
}
