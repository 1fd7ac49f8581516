import type { Cloud } from '../cloud/cloud';
import { Refusal } from '../cloud/refusal';
import type { SimulatedPackage } from '../declare';
import type { Subject } from '../operations/operations';
import type { PackageTypings } from '../typings/package-typings';
import type { Typings } from '../typings/shape';
import { type EngineLog, openEngineLog } from './engine-log';
import type { Bag } from './values';

/** One package, as the methods of its gRPC service see it. */
export type Provider = {
  readonly simulated: SimulatedPackage;
  readonly typings: PackageTypings;
  readonly version: string;
  readonly cloud: Cloud;
  readonly configTypings: Typings;
  instance(call: Call): Instance;
  /** Throws "not simulated" for a type without a declaration. */
  subject(call: Call, resource: { urn: string; token: string }): Subject;
  close(): void;
};

type Call = { getPeer(): string };

/**
 * One provider of the program: default or explicit. The engine opens a connection of its own for each, which is the only thing
 * in a request that tells them apart.
 */
export type Instance = {
  config: Bag;
  readonly cancel: AbortController;
  readonly log: (severity: 'info' | 'warning', urn: string, message: string) => void;
  attachLog(engineAddress: string): void;
};

export type ProviderOptions = {
  simulated: SimulatedPackage;
  typings: PackageTypings;
  version: string;
  cloud: Cloud;
};

export function createProvider({ simulated, typings, version, cloud }: ProviderOptions): Provider {
  const specs = new Map(simulated.resources.map((type) => [type.token, type.spec]));
  const instances = new Map<string, Instance & { close(): void }>();

  function instance(call: Call): Instance {
    const peer = call.getPeer();
    const found = instances.get(peer) ?? createInstance();
    instances.set(peer, found);
    return found;
  }

  return {
    simulated,
    typings,
    version,
    cloud,
    configTypings: typings.resource(`${simulated.name}:index/provider:Provider`) ?? noTypings,
    instance,
    subject: (call, { urn, token }) => {
      const spec = specs.get(token);
      const typing = spec && (spec.typings ?? typings.resource(token));
      if (!spec || !typing) throw new Refusal(`not simulated: ${token}`);
      const { config, cancel, log } = instance(call);
      return {
        package: simulated,
        spec,
        typings: typing,
        rules: simulated.rules,
        cloud,
        config,
        urn,
        name: urn.split('::').slice(3).join('::'),
        signal: cancel.signal,
        log: (severity, message) => log(severity, urn, message),
      };
    },
    close: () => {
      for (const open of instances.values()) open.close();
    },
  };
}

const noTypings: Typings = { token: '', inputs: {}, outputs: {}, objects: {} };

function createInstance(): Instance & { close(): void } {
  let engineLog: EngineLog | undefined;
  const cancel = new AbortController();
  return {
    config: {},
    cancel,
    log: (severity, urn, message) => engineLog?.write(severity, urn, message),
    attachLog: (engineAddress) => {
      engineLog = openEngineLog(engineAddress);
    },
    close: () => {
      cancel.abort();
      engineLog?.close();
    },
  };
}
