import type { Surroundings } from './surroundings';

/** The image repositories that all stacks share, by the name of their cloud. */
export type Repositories = Readonly<Record<string, string>>;

const variables = { aws: 'IMAGE_REPOSITORY_AWS', gcp: 'IMAGE_REPOSITORY_GCP' } as const;
const digestPattern = /^sha256:[0-9a-f]{64}$/;

/** From the environment, those that are set. Throws when none is. */
export function readRepositories({ env }: Pick<Surroundings, 'env'>): Repositories {
  const found = Object.entries(variables).flatMap(([cloud, name]) => (env[name] ? [[cloud, env[name]] as const] : []));
  if (found.length === 0) {
    throw new Error(`${Object.values(variables).join(' or ')} must be set: the repository that infra/bootstrap made`);
  }
  return Object.fromEntries(found);
}

/** Throws when the text is no digest: what is deployed is never named by a tag. */
export function parseDigest(text: string | undefined): string {
  if (text !== undefined && digestPattern.test(text)) return text;
  throw new Error('the digest must be sha256: and 64 hexadecimal digits');
}

export function hostOf(repository: string): string {
  return repository.slice(0, repository.indexOf('/'));
}
