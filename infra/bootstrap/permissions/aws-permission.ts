/**
 * What a resource type asks of AWS while a stack with it is made, changed, looked at and destroyed. Unverified until a real
 * run: the actions are those that the provider's calls need by the Service Authorization Reference.
 */
export type AwsPermission = {
  /** The service's page of the Service Authorization Reference. */
  source: string;
  grants: readonly Grant[];
};

export type Grant = {
  /** Reading is all that a preview and a look for drift need. */
  use: 'read' | 'write';
  actions: readonly string[];
  /** ARNs with `{region}`, `{account}`, `{stack}`, `{repository}`, `{boundary}`; * for actions that know no resource. */
  on: readonly string[];
  when?: Condition;
};

/** Operator, key, values: with the same placeholders. */
export type Condition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** The reference's page of a service. */
export function reference(service: string): string {
  return `https://docs.aws.amazon.com/service-authorization/latest/reference/list_${service}.html`;
}

/** ARNs of a stack's own resources in a service: names begin with project and stack. */
export function own(service: string, ...kinds: readonly string[]): string[] {
  return kinds.map((kind) => `arn:aws:${service}:{region}:{account}:${kind}taproom-{stack}-*`);
}

export function read(on: readonly string[], actions: readonly string[]): Grant {
  return { use: 'read', actions, on };
}

export function write(on: readonly string[], actions: readonly string[], when?: Condition): Grant {
  return { use: 'write', actions, on, ...(when && { when }) };
}

/** Actions that know no resource. */
export function readAnywhere(...actions: readonly string[]): Grant {
  return read(['*'], actions);
}
