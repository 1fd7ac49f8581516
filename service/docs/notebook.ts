import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export type NotebookCell = {
  cell_type: string;
  source: string[];
  outputs?: unknown[];
  execution_count?: number | null;
};

export const notebookPath = join(__dirname, '../../docs/api.ipynb');

/** The cells of docs/api.ipynb. */
export function readNotebook(): NotebookCell[] {
  return (JSON.parse(readFileSync(notebookPath, 'utf8')) as { cells: NotebookCell[] }).cells;
}
