import { findProgram } from './servers/find-program';
import { startPostgres } from './servers/postgres';
import { startRedis } from './servers/redis';
import { startedServers } from './servers/started-servers';

/**
 * Before all integration tests: the servers that POSTGRES_HOST and REDIS_HOST name, else ones started here from the
 * programs of this machine. What is missing leaves its variables unset, and the tests that need it say so.
 */
export default async function startServers(): Promise<void> {
  const starts = [
    { isGiven: !!process.env.POSTGRES_HOST, programs: ['postgres', 'initdb'], start: startPostgres },
    { isGiven: !!process.env.REDIS_HOST, programs: ['redis-server'], start: startRedis },
  ];
  for (const { isGiven, programs, start } of starts) {
    if (isGiven || programs.some((program) => findProgram(program) === undefined)) continue;
    const server = await start();
    startedServers().push(server);
    Object.assign(process.env, server.env);
  }
}
