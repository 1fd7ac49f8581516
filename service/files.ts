import { join } from 'node:path';

/**
 * Absolute path of a file that ships beside the code (SQL, page, documentation assets).
 * This file lies at the root of the sources, and the bundle at the root of `dist`, where the build copies them to.
 */
export function shippedFile(...parts: string[]): string {
  return join(__dirname, ...parts);
}
