import type { Container, ContainerSpec, Runtime, Store, StoreSpec } from '../runtime/runtime';

/** A runtime that remembers what it was asked to run, for checks and faults. */
export type WatchedRuntime = Runtime & {
  readonly stores: readonly { spec: StoreSpec; store: Store }[];
  readonly containers: readonly { spec: ContainerSpec; container: Container }[];
};

export function watchRuntime(runtime: Runtime): WatchedRuntime {
  const stores: { spec: StoreSpec; store: Store }[] = [];
  const containers: { spec: ContainerSpec; container: Container }[] = [];
  return {
    ...runtime,
    stores,
    containers,
    startStore: async (spec) => {
      const store = await runtime.startStore(spec);
      stores.push({ spec, store });
      return store;
    },
    startContainer: async (spec) => {
      const container = await runtime.startContainer(spec);
      containers.push({ spec, container });
      return container;
    },
  };
}
