import { type Cloud, createCloud } from './cloud/cloud';
import type { SimulatedPackage } from './declare';
import { type ProviderServer, startProviderServer } from './protocol/provider-server';
import type { Runtime } from './runtime/runtime';
import { openPackageTypings } from './typings/package-typings';
import { findProviderPackages } from './typings/provider-package';

export type Simulator = {
  readonly cloud: Cloud;
  /** For PULUMI_DEBUG_PROVIDERS: the engine attaches to these in place of provider plugins. */
  readonly debugProviders: string;
  close(): Promise<void>;
};

export type SimulatorOptions = {
  /** Of the project: the typings of the very versions that the program uses. */
  nodeModules: string;
  packages: readonly SimulatedPackage[];
  runtime: Runtime;
};

/**
 * Starts one server for each provider package that the project has installed, on one cloud state. A package without a simulator
 * is served too, by one that refuses each of its types by name.
 */
export async function startSimulator({ nodeModules, packages, runtime }: SimulatorOptions): Promise<Simulator> {
  const cloud = createCloud(runtime);
  const servers: ProviderServer[] = [];
  for (const provider of findProviderPackages(nodeModules)) {
    servers.push(
      await startProviderServer({
        simulated: packages.find((candidate) => candidate.name === provider.name) ?? refuseEverything(provider.name),
        typings: openPackageTypings(provider),
        version: provider.version,
        cloud,
      }),
    );
  }
  return {
    cloud,
    debugProviders: servers.map((server) => `${server.name}:${server.port}`).join(','),
    close: async () => {
      for (const server of servers) server.close();
      await runtime.close();
    },
  };
}

function refuseEverything(name: string): SimulatedPackage {
  return {
    name,
    resources: [],
    functions: [],
    rules: [],
    placeholders: {},
    checkConfig: () => [],
    place: () => ({}),
    prepareInputs: (_config, inputs) => inputs,
    sharedOutputs: () => ({}),
    identity: [],
  };
}
