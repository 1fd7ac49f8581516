import { readFileSync } from 'node:fs';
import path from 'node:path';
import { permissionsDocument } from './permissions-document';

test('docs/delivery-permissions.md is what the tables say', () => {
  const file = path.resolve(__dirname, '../../../docs/delivery-permissions.md');
  expect(readFileSync(file, 'utf8')).toBe(permissionsDocument());
});
