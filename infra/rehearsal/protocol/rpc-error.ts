import { Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { ErrorResourceInitFailed } from '@pulumi/pulumi/proto/provider_pb';
import { Status } from '@pulumi/pulumi/proto/status_pb';
import { Any } from 'google-protobuf/google/protobuf/any_pb';
import { Refusal } from '../cloud/refusal';
import type { Bag } from './values';
import { buildStruct } from './wire';

/** What the engine is told: a refusal in the cloud's words, a mistake of the simulator with its stack. */
export function buildRpcError(error: unknown): Partial<ServiceError> {
  const message =
    error instanceof Refusal ? error.message : error instanceof Error ? (error.stack ?? '') : String(error);
  return { code: status.UNKNOWN, message, details: message };
}

/** Tells the engine that the resource exists but failed, so that it stays in the state. */
export function buildInitFailedError(failed: {
  id: string;
  inputs: Bag;
  outputs: Bag;
  reason: string;
}): Partial<ServiceError> {
  const detail = new ErrorResourceInitFailed()
    .setId(failed.id)
    .setProperties(buildStruct(failed.outputs))
    .setInputs(buildStruct(failed.inputs));
  detail.setReasonsList([failed.reason]);
  const any = new Any();
  any.pack(detail.serializeBinary(), 'pulumirpc.ErrorResourceInitFailed');
  const rpcStatus = new Status().setCode(status.UNKNOWN).setMessage(failed.reason);
  rpcStatus.addDetails(any);
  const metadata = new Metadata();
  metadata.add('grpc-status-details-bin', Buffer.from(rpcStatus.serializeBinary()));
  return { code: status.UNKNOWN, message: failed.reason, details: failed.reason, metadata };
}
