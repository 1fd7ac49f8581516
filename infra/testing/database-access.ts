import { Client } from 'pg';
import { stores } from '../rehearsal/aws/database-endpoint';
import { reachableStores } from '../rehearsal/gcp/private-stores';
import type { Store } from '../rehearsal/runtime/runtime';
import { databaseName, ownerRole } from '../service-env';
import type { RehearsedStack } from './rehearsed-stack';

export type Login = { user: string; password: string };

/** The Postgres servers that run in a rehearsed cloud, the oldest first. */
export function databasesOf({ session: { cloud } }: RehearsedStack, name: 'aws' | 'gcp'): Store[] {
  const all =
    name === 'aws'
      ? [...cloud.table(stores).values()]
      : [...cloud.table(reachableStores).values()].map(({ store }) => store);
  return all.filter(({ kind }) => kind === 'postgres');
}

/** Asks a server as this login; rejects as the server does. */
export async function ask(store: Store, login: Login, text: string): Promise<Record<string, unknown>[]> {
  const port = store.localPort();
  if (port === undefined) throw new Error(`${store.name} does not run`);
  const ssl = { ca: store.certificateAuthority, checkServerIdentity: () => undefined };
  const client = new Client({ host: '127.0.0.1', port, database: databaseName, ssl, ...login });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

/** The values of the passwords in the state of the stack, by cloud and name: `aws postgres-service`. */
export async function readPasswords({ session }: RehearsedStack): Promise<Map<string, string>> {
  const { stdout } = await session.pulumi('stack', 'export', '--show-secrets');
  const { deployment } = JSON.parse(stdout) as { deployment: { resources: StateResource[] } };
  const passwords = deployment.resources.filter(({ type }) => type === 'random:index/randomPassword:RandomPassword');
  return new Map(
    passwords.map(({ urn, outputs }) => {
      const cloud = /taproom:(\w+):Foundation/.exec(urn)?.[1];
      const name =
        urn
          .split('::')
          .at(-1)
          ?.replace(/-password$/, '') ?? '';
      return [cloud === undefined ? name : `${cloud} ${name}`, textOf(outputs.result)];
    }),
  );
}

/** The owner's login, whose number is that of `taproom:rotation.databaseOwner`. */
export async function ownerOf(stack: RehearsedStack, cloud: 'aws' | 'gcp', number = 1): Promise<Login> {
  const name = `${cloud} postgres-owner${number === 1 ? '' : `-${number}`}`;
  const password = (await readPasswords(stack)).get(name);
  if (password === undefined) throw new Error(`the state has no password ${name}`);
  return { user: ownerRole, password };
}

type StateResource = { type: string; urn: string; outputs: { result?: string | { plaintext: string } } };

/** A secret of an exported state is JSON in a wrapper. */
function textOf(value: string | { plaintext: string } | undefined): string {
  if (value === undefined) throw new Error('a password without a value');
  return typeof value === 'string' ? value : String(JSON.parse(value.plaintext));
}
