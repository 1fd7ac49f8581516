import type { Load } from './load';

/** Of the rows, what changes in a day and so is in each day's backup. */
const changedPerDay = 0.05;

/** What the last hundred images take; a layer that several have is kept once. */
export const keptImagesGb = 1;

/** One whole copy, and what changes on each day that is kept. */
export function backupGb({ storedGb }: Load, days: number): number {
  return days > 0 ? storedGb * (1 + changedPerDay * days) : 0;
}
