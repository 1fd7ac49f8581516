import { readFileSync } from 'node:fs';
import path from 'node:path';
import { documents } from './documents';

test.each(documents)('$file is as the program makes it (npm run docs writes it)', async ({ file, update }) => {
  const text = readFileSync(path.join(__dirname, '../..', file), 'utf8');
  expect(await update(text)).toBe(text);
});
