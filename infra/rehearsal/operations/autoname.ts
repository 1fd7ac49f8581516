import { createHash } from 'node:crypto';
import type { Naming } from '../declare';
import type { Bag } from '../protocol/values';

/** How the stack's `pulumi:autonaming` setting wants it, when it says anything. */
export type NamingWish = { proposedName: string; mode: 'propose' | 'enforce' | 'disable' };

const randomDigits = 7;

/**
 * The name a bridged provider generates: the resource's name, a dash and seven hexadecimal digits. Throws, as the provider
 * does, when that is too long: it never cuts.
 * Source: https://github.com/pulumi/pulumi-terraform-bridge/blob/main/pkg/tfbridge/names.go
 */
export function autoname(
  naming: Naming,
  request: { resourceName: string; inputs: Bag; seed: Uint8Array; wish?: NamingWish },
): string {
  const { wish } = request;
  if (wish?.mode === 'disable') throw new Error('automatic naming is disabled for this resource: set its name');
  if (wish?.mode === 'enforce') return wish.proposedName;
  if (wish?.proposedName) return finish(naming, wish.proposedName, request.inputs);
  const prefix = `${request.resourceName}${naming.separator ?? '-'}`;
  const name = finish(naming, prefix + randomSuffix(request.seed), request.inputs);
  if (name.length > naming.maxLength) {
    throw new Error(
      `name '${prefix}' plus ${randomDigits} random chars is longer than maximum length ${naming.maxLength}`,
    );
  }
  return name;
}

function finish(naming: Naming, name: string, inputs: Bag): string {
  const ending = naming.ending?.(inputs) ?? '';
  return (naming.letters === 'lower' ? name.toLowerCase() : name) + ending;
}

function randomSuffix(seed: Uint8Array): string {
  return createHash('sha256').update(seed).digest('hex').slice(0, randomDigits);
}
