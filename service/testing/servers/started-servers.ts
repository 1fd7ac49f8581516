type Started = { stop(): Promise<void> };

const holder = globalThis as typeof globalThis & { taproomServers?: Started[] };

/** The servers that this run has started; jest loads its set-up and its teardown as modules of their own. */
export function startedServers(): Started[] {
  holder.taproomServers ??= [];
  return holder.taproomServers;
}
