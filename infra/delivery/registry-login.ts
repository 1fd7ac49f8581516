import { hostOf, readRepositories } from './repositories';
import { mustRun, type Surroundings } from './surroundings';

/** How a registry's password is had from its cloud's own command line, which has the job's identity. */
const logins: Readonly<
  Record<string, (host: string) => { username: string; command: readonly [string, ...string[]] }>
> = {
  aws: (host) => {
    const [, region] = /\.ecr\.([a-z0-9-]+)\.amazonaws\.com$/.exec(host) ?? [];
    if (region === undefined) throw new Error('IMAGE_REPOSITORY_AWS must be ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME');
    return { username: 'AWS', command: ['aws', 'ecr', 'get-login-password', '--region', region] };
  },
  gcp: () => ({ username: 'oauth2accesstoken', command: ['gcloud', 'auth', 'print-access-token'] }),
};

/** Logs Docker in to every shared repository. The passwords are those of an hour or a day, and are never printed. */
export async function loginToRegistries(surroundings: Surroundings): Promise<void> {
  for (const [cloud, repository] of Object.entries(readRepositories(surroundings))) {
    const host = hostOf(repository);
    const login = logins[cloud]?.(host);
    if (login === undefined) throw new Error(`no login is known for ${cloud}`);
    const [program, ...args] = login.command;
    const password = await mustRun(surroundings, program, args);
    const options = { input: password };
    await mustRun(surroundings, 'docker', ['login', '--username', login.username, '--password-stdin', host], options);
    surroundings.say(`logged in to ${host}`);
  }
}
