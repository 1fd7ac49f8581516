import { Server, ServerCredentials } from '@grpc/grpc-js';
import { ResourceProviderService } from '@pulumi/pulumi/proto/provider_grpc_pb';
import { buildPackageMethods } from './package-methods';
import { createProvider, type ProviderOptions } from './provider';
import { buildResourceMethods } from './resource-methods';

export type ProviderServer = { readonly name: string; readonly port: number; close(): void };

/**
 * Serves one package as its resource provider would be served, on a free port of this machine. The gRPC service itself is
 * implemented, since `@pulumi/pulumi/provider` hides the configuration and the old inputs and serves one per process.
 */
export async function startProviderServer(options: ProviderOptions): Promise<ProviderServer> {
  const provider = createProvider(options);
  // Programs send whole files and policies: no limit, as in the real providers.
  const server = new Server({ 'grpc.max_receive_message_length': -1, 'grpc.max_send_message_length': -1 });
  server.addService(ResourceProviderService, { ...buildPackageMethods(provider), ...buildResourceMethods(provider) });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return {
    name: options.simulated.name,
    port,
    close: () => {
      provider.close();
      server.forceShutdown();
    },
  };
}
