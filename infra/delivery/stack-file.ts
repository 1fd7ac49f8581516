import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isMap, parseDocument } from 'yaml';
import { type Repositories, readRepositories } from './repositories';
import { pullRequestOf } from './stack';
import type { Surroundings } from './surroundings';

export type DeliverySettings = {
  /** None: what the stack's own file says, or a build. */
  digest?: string;
  repositories: Repositories;
  /** `gcp:project` and the like, by their full names: what no committed file should know. */
  config: Readonly<Record<string, string>>;
  /** Such as awskms://... or gcpkms://...; none: a passphrase. */
  secretsProvider?: string;
};

/**
 * A stack's file with what the delivery knows. A cloud's secrets provider makes a new data key when the file has none, and
 * reads the state with the one that the state has, so that no key need be committed.
 */
export function withDelivery(text: string, settings: DeliverySettings): string {
  const document = parseDocument(text);
  if (!isMap(document.contents)) document.contents = document.createNode({}) as never;
  const set = (key: string, value: unknown) => document.setIn(['config', key], document.createNode(value));
  if (!document.hasIn(['config'])) document.set('config', document.createNode({}));
  set('taproom:registries', { ...settings.repositories });
  if (settings.digest !== undefined) set('taproom:imageDigest', settings.digest);
  for (const [key, value] of Object.entries(settings.config)) set(key, value);
  if (settings.secretsProvider !== undefined) document.set('secretsprovider', settings.secretsProvider);
  return document.toString();
}

/** What the environment says of a stack. */
export function readDelivery(
  surroundings: Pick<Surroundings, 'env'>,
  { stack, digest }: { stack: string; digest?: string },
): DeliverySettings {
  const { GCP_PROJECT, PULUMI_SECRETS_PROVIDER } = surroundings.env;
  const boundary = findBoundary(surroundings, stack);
  return {
    ...(digest !== undefined && { digest }),
    repositories: readRepositories(surroundings),
    config: {
      ...(GCP_PROJECT && { 'gcp:project': GCP_PROJECT }),
      ...(boundary !== undefined && { 'taproom:permissionsBoundary': boundary }),
    },
    ...(PULUMI_SECRETS_PROVIDER && { secretsProvider: PULUMI_SECRETS_PROVIDER }),
  };
}

/** Of the environment that the stack belongs to: its own name's, or that of all previews. */
function findBoundary({ env }: Pick<Surroundings, 'env'>, stack: string): string | undefined {
  if (!env.PERMISSIONS_BOUNDARIES) return undefined;
  const boundaries = JSON.parse(env.PERMISSIONS_BOUNDARIES) as Record<string, string>;
  const environment = pullRequestOf(stack) === undefined ? stack : 'preview';
  const boundary = boundaries[environment];
  if (boundary === undefined) throw new Error(`PERMISSIONS_BOUNDARIES must have one for ${environment}`);
  return boundary;
}

/** Writes the stack's file in the checkout. A stack without one takes over that of the stack it is like. */
export function prepareStackFile(
  surroundings: Pick<Surroundings, 'env' | 'project'>,
  stack: string,
  { digest, like }: { digest?: string; like?: string | undefined } = {},
): void {
  const file = path.join(surroundings.project, `Pulumi.${stack}.yaml`);
  const source = existsSync(file) || like === undefined ? file : path.join(surroundings.project, `Pulumi.${like}.yaml`);
  if (!existsSync(source))
    throw new Error(`there is no ${path.basename(source)}: write it, or name a stack with --like`);
  writeFileSync(
    file,
    withDelivery(
      readFileSync(source, 'utf8'),
      readDelivery(surroundings, { stack, ...(digest !== undefined && { digest }) }),
    ),
  );
}
