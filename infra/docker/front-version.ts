import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the front runs, all of it. */
const codeFolder = join(__dirname, '../../service/forward');

/** Another one exactly when the front would be: its own code, in `folder`, or the base of its image. */
export function frontVersion(runtimeImage: string, folder = codeFolder): string {
  const hash = createHash('sha256').update(runtimeImage);
  const files = readdirSync(folder).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
  for (const file of files.sort()) hash.update(`\0${file}\0`).update(readFileSync(join(folder, file)));
  return `content-${hash.digest('hex').slice(0, 16)}`;
}
