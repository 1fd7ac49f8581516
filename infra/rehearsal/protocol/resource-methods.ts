import type { ServerUnaryCall } from '@grpc/grpc-js';
import * as rpc from '@pulumi/pulumi/proto/provider_pb';
import { Empty } from 'google-protobuf/google/protobuf/empty_pb';
import { check } from '../operations/check';
import { diff } from '../operations/diff';
import { create, read, remove, update } from '../operations/lifecycle';
import type { Subject } from '../operations/operations';
import { previewCreate, previewUpdate } from '../operations/preview';
import type { Provider } from './provider';
import { buildDiffResponse, buildFailures, parseWish, refuseFailedInPlace } from './responses';
import { unary } from './unary';
import { buildStruct, parseStruct } from './wire';

type About = { getUrn(): string; getType(): string };

/** Check, Diff, Create, Update, Read and Delete of a package's resources. */
export function buildResourceMethods(provider: Provider) {
  const subjectOf = (call: ServerUnaryCall<unknown, unknown>, about: About): Subject =>
    provider.subject(call, { urn: about.getUrn(), token: about.getType() });

  return {
    check: unary((call: ServerUnaryCall<rpc.CheckRequest, rpc.CheckResponse>) => {
      const { request } = call;
      const wish = parseWish(request.getAutonaming());
      const { inputs, failures } = check(subjectOf(call, request), {
        olds: parseStruct(request.getOlds()),
        news: parseStruct(request.getNews()),
        seed: request.getRandomseed_asU8(),
        ...(wish && { wish }),
      });
      return new rpc.CheckResponse().setInputs(buildStruct(inputs)).setFailuresList(buildFailures(failures));
    }),

    diff: unary((call: ServerUnaryCall<rpc.DiffRequest, rpc.DiffResponse>) => {
      const { request } = call;
      return buildDiffResponse(
        diff(subjectOf(call, request), {
          oldInputs: parseStruct(request.getOldInputs()),
          oldOutputs: parseStruct(request.getOlds()),
          news: parseStruct(request.getNews()),
          ignore: request.getIgnorechangesList(),
        }),
      );
    }),

    create: unary(async (call: ServerUnaryCall<rpc.CreateRequest, rpc.CreateResponse>) => {
      const { request } = call;
      const subject = subjectOf(call, request);
      const inputs = parseStruct(request.getProperties());
      if (request.getPreview()) {
        return new rpc.CreateResponse().setProperties(buildStruct(previewCreate(subject, inputs)));
      }
      const outcome = await create(subject, inputs);
      refuseFailedInPlace(outcome, inputs);
      return new rpc.CreateResponse().setId(outcome.id).setProperties(buildStruct(outcome.outputs));
    }),

    update: unary(async (call: ServerUnaryCall<rpc.UpdateRequest, rpc.UpdateResponse>) => {
      const { request } = call;
      const subject = subjectOf(call, request);
      const inputs = parseStruct(request.getNews());
      if (request.getPreview()) {
        const outputs = previewUpdate(subject, parseStruct(request.getOlds()), inputs);
        return new rpc.UpdateResponse().setProperties(buildStruct(outputs));
      }
      const outcome = await update(subject, request.getId(), inputs, parseStruct(request.getOlds()));
      refuseFailedInPlace(outcome, inputs);
      return new rpc.UpdateResponse().setProperties(buildStruct(outcome.outputs));
    }),

    read: unary(async (call: ServerUnaryCall<rpc.ReadRequest, rpc.ReadResponse>) => {
      const { request } = call;
      const found = await read(
        subjectOf(call, request),
        request.getId(),
        parseStruct(request.getInputs()),
        parseStruct(request.getProperties()),
      );
      // An empty answer tells the engine that it is gone.
      if (!found) return new rpc.ReadResponse();
      return new rpc.ReadResponse()
        .setId(found.id)
        .setInputs(buildStruct(found.inputs))
        .setProperties(buildStruct(found.outputs));
    }),

    delete: unary(async (call: ServerUnaryCall<rpc.DeleteRequest, Empty>) => {
      const { request } = call;
      const [inputs, state] = [parseStruct(request.getOldInputs()), parseStruct(request.getProperties())];
      await remove(subjectOf(call, request), request.getId(), inputs, state);
      return new Empty();
    }),
  };
}
