import { type Cloud, table } from './cloud';

/** Where a connection from the internet ends: at a port of this machine, or why at none. */
export type Connection =
  | { kind: 'port'; port: number }
  /** No packet comes back: a security group or a missing route. */
  | { kind: 'timeout'; why: string }
  | { kind: 'refused'; why: string }
  | { kind: 'unknown host'; why: string };

/** A name that the clouds publish in the DNS. Asked at each connection: what is behind it changes. */
export type PublicName = { connect(port: number): Connection };

/** By name in lower case; `*.example.org` stands for all names below that have no entry of their own. */
export const publicNames = table<PublicName>('public names');

/** Undefined for addresses of this machine, which need no name. */
export function connectByName(cloud: Cloud, host: string, port: number): Connection | undefined {
  if (['127.0.0.1', 'localhost'].includes(host)) return undefined;
  return (
    findName(cloud, host.toLowerCase())?.connect(port) ?? { kind: 'unknown host', why: `there is no name ${host}` }
  );
}

function findName(cloud: Cloud, host: string): PublicName | undefined {
  const names = cloud.table(publicNames);
  const labels = host.split('.');
  const wildcards = labels.slice(1).map((_, index) => `*.${labels.slice(index + 1).join('.')}`);
  return [host, ...wildcards].map((name) => names.get(name)).find((found) => found !== undefined);
}
