import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { startRedis } from '../../../../service/testing/servers/redis';
import type { Certificate } from '../certificates/certificate-authority';
import type { StoreSpec } from '../runtime';
import { openGateway } from './gateway';
import { redisGreeting } from './redis-greeting';
import type { StoreServer } from './stores';

const operator = 'rehearsal-operator';

/**
 * What the managed services keep for themselves. Sources:
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/RestrictedCommands.html and
 * https://cloud.google.com/memorystore/docs/redis/product-constraints
 */
const restricted =
  '-acl -bgrewriteaof -bgsave -cluster -config -debug -migrate -psync -replicaof -save -shutdown -slaveof -sync';

/** A Redis server of its own, which demands the token that the program made. */
export async function startRedisStore(spec: StoreSpec, certificate: Certificate): Promise<StoreServer> {
  const operatorPassword = randomBytes(12).toString('hex');
  const server = await startRedis({
    settings: [`user ${operator} on >${operatorPassword} ~* &* +@all`, `user default off`],
  });
  const runAsOperator = async (...command: [string, ...string[]]): Promise<string> => {
    const client = new Redis({
      host: server.host,
      port: server.port,
      username: operator,
      password: operatorPassword,
      lazyConnect: true,
      retryStrategy: () => null,
    });
    client.on('error', () => {});
    try {
      await client.connect();
      return String(await client.call(...command));
    } finally {
      client.disconnect();
    }
  };
  const setUser = async (user: string, password: string | undefined) => {
    const secret = password === undefined ? 'nopass' : `>${password}`;
    await runAsOperator('ACL', 'SETUSER', user, 'reset', 'on', secret, '~*', '&*', '+@all', ...restricted.split(' '));
  };
  try {
    await setUser('default', spec.password);
    if (spec.user !== undefined && spec.user !== 'default') await setUser(spec.user, spec.password);
    const version = /redis_version:(\S+)/.exec(await runAsOperator('INFO', 'server'))?.[1] ?? '';
    const gateway = await openGateway({ certificate, greet: redisGreeting(spec.tls), backendPort: server.port });
    return {
      port: gateway.port,
      version,
      addUser: setUser,
      setPassword: setUser,
      hasDatabase: async () => false,
      keepHistory: async () => {},
      history: () => undefined,
      addDatabase: async () => {
        throw new Error(`${spec.name}: a Redis has no databases by name`);
      },
      pause: () => server.kill('SIGSTOP'),
      resume: () => server.kill('SIGCONT'),
      stop: async () => {
        await gateway.close();
        await server.stop();
      },
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}
