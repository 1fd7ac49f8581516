import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { documents } from './documents';

// `npm run docs`: what the program knows, written into the documents that repeat it.
async function main(): Promise<void> {
  for (const { file, update } of documents) {
    const target = path.join(__dirname, '../..', file);
    writeFileSync(target, await update(existsSync(target) ? readFileSync(target, 'utf8') : ''));
  }
}

void main();
