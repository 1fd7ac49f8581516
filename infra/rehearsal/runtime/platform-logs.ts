import type { PlatformLogs } from './runtime';

export function createPlatformLogs(): PlatformLogs {
  const groups = new Map<string, string[]>();
  return {
    append: (group, line) => {
      const lines = groups.get(group);
      if (lines) lines.push(line);
      else groups.set(group, [line]);
    },
    read: (group) => [...(groups.get(group) ?? [])],
    groups: () => [...groups.keys()],
    remove: (group) => groups.delete(group),
  };
}
