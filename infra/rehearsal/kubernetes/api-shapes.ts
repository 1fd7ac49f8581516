import { dirname } from 'node:path';
import type { Bag } from '../protocol/values';
import { checkProperties } from '../typings/check-shape';
import { openPackageTypings, type PackageTypings } from '../typings/package-typings';
import type { Typings } from '../typings/shape';
import { customTypings, findKind, tokenOf } from './kinds';

let opened: PackageTypings | undefined;

/** The shapes of the Kubernetes API as Pulumi's package declares them, or as this folder does for custom resources. */
function shapesOf(kind: { apiVersion: string; kind: string }): Typings | undefined {
  const known = findKind(kind);
  const custom = known && customTypings(known);
  if (custom) return custom;
  if (!opened) {
    const folder = dirname(require.resolve('@pulumi/kubernetes/package.json'));
    opened = openPackageTypings({ name: 'kubernetes', npmName: '@pulumi/kubernetes', version: '', folder });
  }
  return opened.resource(tokenOf(kind));
}

/**
 * What of a manifest the API server does not know or take, in the words of Helm's and kubectl's validation. Empty for a kind
 * that has no shape here.
 */
export function findShapeProblems(manifest: Bag & { apiVersion: string; kind: string }): string[] {
  const shape = shapesOf(manifest);
  if (!shape) return [];
  const { status: _, ...given } = manifest;
  return checkProperties(given, shape.inputs, shape.objects).map(({ path, reason }) => {
    if (reason.startsWith('Invalid or unknown')) return `ValidationError(${manifest.kind}): unknown field "${path}"`;
    if (reason.startsWith('Missing')) return `ValidationError(${manifest.kind}): missing required field "${path}"`;
    return `ValidationError(${manifest.kind}.${path}): invalid type: ${reason}`;
  });
}
