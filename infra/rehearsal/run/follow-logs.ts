import type { PlatformLogs } from '../runtime/runtime';

/** The result gives what the platforms have logged since. */
export function followLogs(logs: PlatformLogs): () => string[] {
  const before = new Map(logs.groups().map((group) => [group, logs.read(group).length]));
  return () => logs.groups().flatMap((group) => logs.read(group).slice(before.get(group) ?? 0));
}
