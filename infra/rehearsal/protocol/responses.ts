import * as rpc from '@pulumi/pulumi/proto/provider_pb';
import type { NamingWish } from '../operations/autoname';
import type { DiffResult } from '../operations/diff';
import type { Change } from '../operations/diff-inputs';
import type { Outcome } from '../operations/lifecycle';
import { buildInitFailedError } from './rpc-error';
import { RpcFailure } from './unary';
import type { Bag } from './values';

export function buildFailures(failures: readonly { property: string; reason: string }[]): rpc.CheckFailure[] {
  return failures.map(({ property, reason }) => new rpc.CheckFailure().setProperty(property).setReason(reason));
}

export function parseWish(options: rpc.CheckRequest.AutonamingOptions | undefined): NamingWish | undefined {
  if (!options) return undefined;
  const modes = ['propose', 'enforce', 'disable'] as const;
  return { proposedName: options.getProposedName(), mode: modes[options.getMode()] ?? 'propose' };
}

export function buildDiffResponse({ changes, deleteBeforeReplace }: DiffResult): rpc.DiffResponse {
  const { DIFF_NONE, DIFF_SOME } = rpc.DiffResponse.DiffChanges;
  const response = new rpc.DiffResponse()
    .setChanges(changes.length > 0 ? DIFF_SOME : DIFF_NONE)
    .setDiffsList(topLevel(changes))
    .setReplacesList(topLevel(changes.filter((change) => change.replaces)))
    .setDeletebeforereplace(deleteBeforeReplace)
    .setHasdetaileddiff(true);
  for (const change of changes) {
    response.getDetaileddiffMap().set(change.path, new rpc.PropertyDiff().setKind(kindOf(change)).setInputdiff(true));
  }
  return response;
}

/** Fails the call, but with the resource in it, when it came to be and then failed. */
export function refuseFailedInPlace(outcome: Outcome, inputs: Bag): void {
  if (outcome.failedInPlace === undefined) return;
  const { id, outputs, failedInPlace: reason } = outcome;
  throw new RpcFailure(buildInitFailedError({ id, inputs, outputs, reason }));
}

function topLevel(changes: readonly Change[]): string[] {
  return [...new Set(changes.map((change) => change.path.split(/[.[]/)[0] ?? ''))];
}

function kindOf({ kind, replaces }: Change): rpc.PropertyDiff.Kind {
  const { Kind } = rpc.PropertyDiff;
  switch (kind) {
    case 'add':
      return replaces ? Kind.ADD_REPLACE : Kind.ADD;
    case 'delete':
      return replaces ? Kind.DELETE_REPLACE : Kind.DELETE;
    case 'update':
      return replaces ? Kind.UPDATE_REPLACE : Kind.UPDATE;
  }
}
