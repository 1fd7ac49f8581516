import { parse } from 'yaml';

/** How a client reaches a cluster and says who it is: the current context of a kubeconfig. */
export type ClientConfig = {
  /** https://... */
  server: string;
  /** Base64 of PEM; undefined trusts the machine's authorities only. */
  certificateAuthority?: string;
  namespace?: string;
  credentials: Credentials;
};

export type Credentials =
  | { kind: 'exec'; command: string; args: readonly string[]; env: Readonly<Record<string, string>> }
  | { kind: 'token'; token: string }
  | { kind: 'none' };

type Named = { name?: unknown };
type Kubeconfig = {
  'current-context'?: unknown;
  clusters?: readonly (Named & { cluster?: Record<string, unknown> })[];
  contexts?: readonly (Named & { context?: Record<string, unknown> })[];
  users?: readonly (Named & { user?: Record<string, unknown> })[];
};

/**
 * Reads the text of a kubeconfig, YAML or JSON. Throws with what is wrong with it, and never with what is in it.
 * Source: https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/
 */
export function parseKubeconfig(text: string, wanted?: string): ClientConfig {
  const config = parseText(text);
  const contextName = wanted ?? config['current-context'];
  const context = findNamed(config.contexts, contextName)?.context;
  if (!context) throw new Error(`context "${String(contextName ?? '')}" does not exist (current-context)`);
  const cluster = findNamed(config.clusters, context.cluster)?.cluster;
  if (!cluster) throw new Error(`cluster "${String(context.cluster ?? '')}" does not exist (contexts)`);
  const user = findNamed(config.users, context.user)?.user;
  if (!user) throw new Error(`user "${String(context.user ?? '')}" does not exist (contexts)`);
  const { server, 'certificate-authority-data': authority } = cluster;
  if (typeof server !== 'string') throw new Error('cluster.server must be set');
  return {
    server,
    ...(typeof authority === 'string' && { certificateAuthority: authority }),
    ...(typeof context.namespace === 'string' && { namespace: context.namespace }),
    credentials: parseCredentials(user),
  };
}

function parseText(text: string): Kubeconfig {
  let parsed: unknown;
  try {
    parsed = parse(text, { logLevel: 'error' });
  } catch {
    throw new Error('it is no YAML and no JSON');
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new Error('it is no kubeconfig: it must have clusters, contexts, users and current-context');
  }
  return parsed;
}

function findNamed<Entry extends Named>(entries: readonly Entry[] | undefined, name: unknown): Entry | undefined {
  return Array.isArray(entries) ? entries.find((entry) => entry.name === name) : undefined;
}

function parseCredentials(user: Record<string, unknown>): Credentials {
  const { exec, token } = user;
  if (typeof token === 'string') return { kind: 'token', token };
  if (typeof exec !== 'object' || exec === null) return { kind: 'none' };
  const { apiVersion, command, args, env } = exec as Record<string, unknown>;
  if (typeof command !== 'string') throw new Error('exec.command must be set');
  // v1alpha1 is gone from every client. Source: https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins
  if (apiVersion !== 'client.authentication.k8s.io/v1' && apiVersion !== 'client.authentication.k8s.io/v1beta1') {
    throw new Error(
      `exec plugin: invalid apiVersion "${String(apiVersion ?? '')}": it must be client.authentication.k8s.io/v1 or client.authentication.k8s.io/v1beta1`,
    );
  }
  const variables = Array.isArray(env) ? (env as { name?: unknown; value?: unknown }[]) : [];
  return {
    kind: 'exec',
    command,
    args: Array.isArray(args) ? args.map(String) : [],
    env: Object.fromEntries(variables.map(({ name, value }) => [String(name), String(value)])),
  };
}
