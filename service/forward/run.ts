import { once } from 'node:events';
import { type Config, ConfigError } from '../config';
import type { Logger } from '../logging';
import { createForward } from './forward';
import { type Place, watchUpstreams } from './upstreams';

/**
 * Accepts connections on the configured port and hands each to an instance at `place`, until SIGTERM or SIGINT. Resolves when it
 * listens. Throws ConfigError when `place` is not HOST:PORT.
 */
export async function runForward(
  place: string | undefined,
  config: Pick<Config, 'HOST' | 'PORT'>,
  logger: Logger,
): Promise<void> {
  const upstream = parsePlace(place);
  const upstreams = watchUpstreams(upstream, logger);
  const { server, close } = createForward({ upstreams, port: upstream.port, logger });
  const stop = async (signal: string) => {
    logger.info({ signal }, 'shutting down');
    await close();
    upstreams.close();
    logger.info('stopped');
    logger.flush();
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => void stop(signal));
  server.listen(config.PORT, config.HOST);
  await once(server, 'listening');
  logger.info({ address: server.address(), upstream }, 'forwarding');
}

/** Throws ConfigError. */
export function parsePlace(text = ''): Place {
  const [, host, port] = /^([a-zA-Z0-9]+(?:[.-][a-zA-Z0-9]+)*):([1-9][0-9]{0,4})$/.exec(text) ?? [];
  if (host === undefined || Number(port) > 65_535) {
    throw new ConfigError(['forward must be given HOST:PORT: a name or IPv4 address, and a port from 1 to 65535']);
  }
  return { host, port: Number(port) };
}
