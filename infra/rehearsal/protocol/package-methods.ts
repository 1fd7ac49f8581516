import type { ServerUnaryCall } from '@grpc/grpc-js';
import { PluginInfo } from '@pulumi/pulumi/proto/plugin_pb';
import * as rpc from '@pulumi/pulumi/proto/provider_pb';
import { Empty } from 'google-protobuf/google/protobuf/empty_pb';
import { Refusal } from '../cloud/refusal';
import { createSeed } from '../cloud/seed';
import { dropUndefined } from '../operations/operations';
import { checkProperties } from '../typings/check-shape';
import type { Provider } from './provider';
import { checkProviderConfig, decodeConfig } from './provider-config';
import { buildFailures } from './responses';
import { unary } from './unary';
import { isEqual, mapBag, revealBag, Secret } from './values';
import { buildStruct, parseStruct } from './wire';

/** Handshake, configuration and functions of a package; what is not simulated says so by name. */
export function buildPackageMethods(provider: Provider) {
  const { simulated, cloud, configTypings } = provider;
  const functions = new Map(simulated.functions.map((declared) => [declared.token, declared]));

  return {
    handshake: unary((call: ServerUnaryCall<rpc.ProviderHandshakeRequest, rpc.ProviderHandshakeResponse>) => {
      provider.instance(call).attachLog(call.request.getEngineAddress());
      return new rpc.ProviderHandshakeResponse().setAcceptSecrets(true).setSupportsAutonamingConfiguration(true);
    }),
    attach: unary(() => new Empty()),
    getPluginInfo: unary(() => new PluginInfo().setVersion(provider.version)),
    cancel: unary((call: ServerUnaryCall<Empty, Empty>) => {
      provider.instance(call).cancel.abort();
      return new Empty();
    }),

    checkConfig: unary((call: ServerUnaryCall<rpc.CheckRequest, rpc.CheckResponse>) => {
      const news = parseStruct(call.request.getNews());
      const failures = checkProviderConfig(simulated, news, configTypings);
      return new rpc.CheckResponse().setInputs(buildStruct(news)).setFailuresList(buildFailures(failures));
    }),
    diffConfig: unary((call: ServerUnaryCall<rpc.DiffRequest, rpc.DiffResponse>) => {
      const olds = revealBag(parseStruct(call.request.getOldInputs()));
      const news = revealBag(parseStruct(call.request.getNews()));
      const { DIFF_NONE, DIFF_SOME } = rpc.DiffResponse.DiffChanges;
      // Never a replacement of the provider: each resource tells for itself whether it moves.
      return new rpc.DiffResponse().setChanges(isEqual(olds, news) ? DIFF_NONE : DIFF_SOME);
    }),
    configure: unary((call: ServerUnaryCall<rpc.ConfigureRequest, rpc.ConfigureResponse>) => {
      const config = parseStruct(call.request.getArgs());
      const [failure] = checkProviderConfig(simulated, config, configTypings);
      if (failure) throw new Refusal(`${failure.property}: ${failure.reason}`);
      provider.instance(call).config = decodeConfig(config, configTypings);
      return new rpc.ConfigureResponse()
        .setAcceptsecrets(true)
        .setSupportspreview(true)
        .setSupportsAutonamingConfiguration(true);
    }),

    invoke: unary((call: ServerUnaryCall<rpc.InvokeRequest, rpc.InvokeResponse>) => {
      const token = call.request.getTok();
      const declared = functions.get(token);
      const typing = declared && provider.typings.function(token);
      if (!declared || !typing) throw new Refusal(`not simulated: ${token}`);
      const inputs = revealBag(parseStruct(call.request.getArgs()));
      const failures = checkProperties(inputs, typing.inputs, typing.objects);
      if (failures.length > 0) {
        return new rpc.InvokeResponse().setFailuresList(
          buildFailures(failures.map(({ path, reason }) => ({ property: path, reason }))),
        );
      }
      const { config } = provider.instance(call);
      const seed = createSeed(`${token}${JSON.stringify(inputs)}`);
      const place = simulated.place(config, inputs);
      const result = dropUndefined(declared.call({ inputs, place, config, cloud, seed }));
      const wrong = checkProperties(result, typing.outputs, typing.objects);
      if (wrong.length > 0) {
        throw new Error(`the simulator of ${token} is wrong about its result: ${wrong.map((w) => w.reason).join(' ')}`);
      }
      const marked = mapBag(result, (value, key) => (declared.secretResults.includes(key) ? new Secret(value) : value));
      return new rpc.InvokeResponse().setReturn(buildStruct(marked));
    }),

    call: unary((call: ServerUnaryCall<rpc.CallRequest, rpc.CallResponse>) => {
      throw new Refusal(`not simulated: ${call.request.getTok()}`);
    }),
    construct: unary((call: ServerUnaryCall<rpc.ConstructRequest, rpc.ConstructResponse>) => {
      throw new Refusal(`not simulated: ${call.request.getType()}`);
    }),
    parameterize: unary((): rpc.ParameterizeResponse => {
      throw new Refusal(`not simulated: parameters of package ${simulated.name}`);
    }),
    getSchema: unary((): rpc.GetSchemaResponse => {
      throw new Refusal(`not simulated: the schema of package ${simulated.name}`);
    }),
  };
}
