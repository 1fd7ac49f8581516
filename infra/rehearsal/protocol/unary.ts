import type { handleUnaryCall, ServerUnaryCall } from '@grpc/grpc-js';
import type { Message } from 'google-protobuf';
import { buildRpcError } from './rpc-error';

/** An error that already is what the engine shall be told. */
export class RpcFailure extends Error {
  constructor(readonly rpc: ReturnType<typeof buildRpcError>) {
    super(rpc.message);
  }
}

/** Answers with what the handler gives; what it throws becomes the error that the engine shows. */
export function unary<Request extends Message, Response extends Message>(
  handler: (call: ServerUnaryCall<Request, Response>) => Promise<Response> | Response,
): handleUnaryCall<Request, Response> {
  return (call, callback) => {
    Promise.resolve(call)
      .then(handler)
      .then(
        (response) => callback(null, response),
        (error: unknown) => callback(error instanceof RpcFailure ? error.rpc : buildRpcError(error)),
      );
  };
}
