import * as docker from '@pulumi/docker';
import * as pulumi from '@pulumi/pulumi';
import { createPassword } from '../password';
import type { RedisStore } from '../service-env';
import { createCredentials, credentialsFolder } from './credentials';
import type { DockerScope, InNetwork } from './foundation';
import type { Network } from './network';
import { restricted } from './restricted';
import { pullStoreImage } from './store-images';

const host = 'redis';
const configFile = 'redis.conf';
/** In the file, since the provider takes no empty argument, as `--save ""` has one. */
const settings = ['save ""', 'maxmemory 64mb', 'maxmemory-policy allkeys-lru'];

/** The Redis of the stack on this machine: a cache that keeps nothing on disk, and forgets what was least used. */
export function createRedis(scope: DockerScope, { stores }: Network): InNetwork<RedisStore> {
  const { names, labels, options } = scope;
  const password = createPassword('docker-redis', options);
  const config = pulumi.interpolate`requirepass ${password}\n${settings.join('\n')}\n`;
  const credentials = createCredentials('redis', { [configFile]: config }, scope);
  const container = new docker.Container(
    'redis',
    {
      ...restricted,
      name: names('redis'),
      image: pullStoreImage('redis', options),
      command: ['redis-server', `${credentialsFolder}/${configFile}`],
      user: 'redis',
      volumes: [credentials.volume],
      tmpfs: { '/data': 'mode=1777' },
      networksAdvanced: [{ name: stores.name, aliases: [host] }],
      healthcheck: {
        // The password is read from the file, so that no list of processes shows it.
        tests: [
          'CMD-SHELL',
          `REDISCLI_AUTH="$(sed -n 's/^requirepass //p' ${credentialsFolder}/${configFile})" redis-cli ping | grep -q PONG`,
        ],
        interval: '2s',
        timeout: '3s',
        startPeriod: '30s',
        retries: 5,
      },
      wait: true,
      waitTimeout: 60,
      restart: 'unless-stopped',
      labels: [...labels, credentials.label],
    },
    { ...options, deleteBeforeReplace: true, replaceOnChanges: ['*'], dependsOn: credentials.ready },
  );
  return { host: pulumi.output(host), port: 6379, tls: { mode: 'off' }, password, ready: [container] };
}
