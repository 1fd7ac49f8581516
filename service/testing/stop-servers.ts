import { startedServers } from './servers/started-servers';

/** After all integration tests. When the run is killed instead, each server's guard ends it: see server-process.ts. */
export default async function stopServers(): Promise<void> {
  await Promise.all(startedServers().map((server) => server.stop()));
}
