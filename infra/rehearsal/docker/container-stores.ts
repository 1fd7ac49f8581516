import { FailedInPlace } from '../cloud/refusal';
import type { StoreSpec } from '../runtime/runtime';
import type { ContainerLifecycle } from './container-type';
import type { StoreImage } from './images';
import { parseEnv, readMounted } from './mounted-files';
import { neighbours } from './routes';
import { contentsOf } from './volume';

const ports = { postgres: 5432, redis: 6379 } as const;
const dataFolder = '/var/lib/postgresql/data';

/** Starts the program that the image stands for. The data of a Postgres stay in its volume, whatever becomes of the container. */
export async function startStore(lifecycle: ContainerLifecycle, image: StoreImage): Promise<void> {
  const { cloud, id, inputs } = lifecycle;
  const port = ports[image.kind];
  const { volumeName } = (inputs.volumes ?? []).find(({ containerPath }) => containerPath === dataFolder) ?? {};
  const data = volumeName === undefined ? undefined : contentsOf(cloud, volumeName);
  const store = data?.store ?? (await cloud.runtime.startStore(describeStore(lifecycle, image)));
  if (data?.store) await data.store.resume();
  if (data) data.store = store;
  cloud.table(neighbours).set(id, { program: { kind: 'store', store, port }, inputs });
  cloud.runtime.note(
    'health checks of Postgres and Redis containers are not run: their programs are ready once they started',
  );
}

function describeStore(lifecycle: ContainerLifecycle, { kind, version }: StoreImage): StoreSpec {
  const { inputs, id } = lifecycle;
  const aliases = (inputs.networksAdvanced ?? []).flatMap((joined) => joined.aliases ?? []);
  const name = inputs.name ?? id;
  const common = { kind, version, name, hosts: [name, ...aliases], port: ports[kind], tls: 'off' as const };
  return {
    ...common,
    certificateNames: [],
    ...(kind === 'postgres' ? postgresLogin(lifecycle) : redisLogin(lifecycle)),
  };
}

/** Source: https://hub.docker.com/_/postgres#environment-variables */
function postgresLogin({ inputs, cloud }: ContainerLifecycle): Pick<StoreSpec, 'user' | 'password' | 'database'> {
  const env = parseEnv(inputs.envs ?? []);
  const { POSTGRES_USER: user = 'postgres', POSTGRES_PASSWORD_FILE: file } = env;
  const password = env.POSTGRES_PASSWORD ?? (file === undefined ? undefined : readMounted(cloud, inputs, file));
  if (!password && env.POSTGRES_HOST_AUTH_METHOD !== 'trust') {
    throw new FailedInPlace(
      'container failed to be in healthy state (Error: Database is uninitialized and superuser password is not specified. You must specify POSTGRES_PASSWORD to a non-empty value for the superuser.)',
    );
  }
  return { user, database: env.POSTGRES_DB ?? user, ...(password && { password }) };
}

/** Of the command's `--requirepass`, or of the configuration file that it names. */
function redisLogin({ inputs, cloud }: ContainerLifecycle): Pick<StoreSpec, 'password'> {
  const { command = [] } = inputs;
  const option = command.indexOf('--requirepass');
  if (option !== -1) return withPassword(command[option + 1]);
  const [program, file] = command;
  if (program !== 'redis-server' || !file?.startsWith('/')) return {};
  const text = readMounted(cloud, inputs, file);
  if (text === undefined) {
    throw new FailedInPlace(
      `container failed to be in healthy state (Fatal error, can't open config file '${file}': No such file or directory)`,
    );
  }
  return withPassword(/^requirepass (\S+)$/m.exec(text)?.[1]);
}

function withPassword(password: string | undefined): Pick<StoreSpec, 'password'> {
  return password === undefined ? {} : { password };
}
