import type * as pulumi from '@pulumi/pulumi';
import { type Static, type TObject, type TProperties, Type } from 'typebox';
import { Value } from 'typebox/value';
import type { StackConfig } from './config';
import type { ConnectionLimits } from './connections';
import type { ImageRef, ImageSource } from './image';
import type { StackIdentity } from './names';
import type { ApiKeys } from './rotation';

/** What every target is asked to run: the same image, with the same settings, in its own cloud. */
export type ServiceSpec = StackConfig['service'] & {
  companyName: string;
  /** Connections for requests, in each instance. */
  poolSize: number;
  /** HTTPS under one's own name, where the stack gives one for the target's cloud: one target has it. */
  domain: { name: string; zone: string } | undefined;
  protect: boolean;
};

/** What the image promises, whoever runs it. */
export const container = {
  port: 8080,
  /** 200 only after the database has answered once: gates traffic. */
  startupPath: '/startup',
  /** Touches no store, so that no instance is killed because a store is away. Without a final z (Cloud Run keeps it). */
  livenessPath: '/health',
} as const;

export type DeployedService = {
  /** With scheme, without a final slash. */
  url: pulumi.Output<string>;
  /** What to type to read the service's log lines. */
  logsCommand: pulumi.Output<string>;
  /** Sentences about what the user should know of this deployment, such as that it answers without TLS. */
  warnings?: string[];
  /**
   * Where this target's requests, errors, latency, CPU, memory and instances are measured: made by the target and read by its
   * cloud's `watch`, opaque to all others.
   */
  signals?: unknown;
};

/** A service as alarms see it. */
export type WatchedService = { name: string } & Pick<DeployedService, 'url' | 'signals'>;

/** Alarms and dashboard of one cloud. */
export type Watch = {
  /** Where people look at it. */
  dashboardUrl: pulumi.Output<string>;
  /** What a person must still do, such as to confirm a subscription, and what was left out. */
  warnings: string[];
};

/** The shared part of one cloud: network, where images come from, stores, migration. Made once, however many targets there are. */
export type Foundation = {
  registry: ImageSource;
  /** Brings the database to the image's schema; what runs the image must wait for what it gives. */
  migrate(image: ImageRef): pulumi.Resource;
  /** Alarms on the services and the stores, and a dashboard, for `taproom:alerts`: clouds with `hasAlarms` have it. */
  watch?(services: readonly WatchedService[]): Watch;
};

export type FoundationRequest = {
  identity: StackIdentity;
  config: StackConfig;
  /** The provider's own settings, such as `aws:region`, checked against `Cloud.ProviderSettings`. */
  provider: Record<string, unknown>;
};

export type Cloud<F extends Foundation = Foundation> = {
  name: string;
  /** This machine: there is no registry, domain or zone of it to choose. */
  isLocal?: boolean;
  /** Its foundation can `watch`. */
  hasAlarms?: boolean;
  /** What the program reads of the provider's own settings (`<name>:...`), and passes on. */
  ProviderSettings: TObject;
  connectionLimits(database: StackConfig['database']): ConnectionLimits;
  /** What of the stack's settings this cloud cannot do, as sentences that name the setting. */
  findProblems(config: StackConfig): string[];
  createFoundation(request: FoundationRequest): F;
};

export type Deployment<F extends Foundation, Settings> = {
  /** The target's name, as in `taproom:targets`. */
  name: string;
  service: ServiceSpec;
  apiKey: ApiKeys;
  image: ImageRef;
  foundation: F;
  /** The migration that the image needs. */
  migration: ReturnType<F['migrate']>;
  settings: Settings;
};

/** One place that can run the service. Other files see only this. */
export type Target = {
  cloud: Cloud;
  /** What only this target has: the value of `taproom:settings.<target>`. */
  Settings: TObject;
  /** Whether it answers under a name of one's own. */
  servesDomain: boolean;
  /** What of the request this target cannot do, as sentences without its name. */
  findProblems(service: ServiceSpec, settings: unknown): string[];
  deploy(deployment: Deployment<Foundation, unknown>): DeployedService;
};

/** Makes a target from its settings' schema and the function that deploys to it. */
export function target<F extends Foundation, S extends TObject>(definition: {
  cloud: Cloud<F>;
  Settings: S;
  /** None: it has an address of its cloud only. */
  servesDomain?: boolean;
  findProblems(service: ServiceSpec, settings: Static<S>): string[];
  deploy(deployment: Deployment<F, Static<S>>): DeployedService;
}): Target {
  const { cloud, Settings, servesDomain = false, findProblems, deploy } = definition;
  return {
    cloud,
    Settings,
    servesDomain,
    findProblems: (service, settings) => findProblems(service, Value.Parse(Settings, settings)),
    deploy: (deployment) =>
      deploy({
        ...deployment,
        settings: Value.Parse(Settings, deployment.settings),
        // Made by this target's own cloud: index.ts looks it up by that.
        foundation: deployment.foundation as F,
        migration: deployment.migration as ReturnType<F['migrate']>,
      }),
  };
}

/** The schema of a target's or provider's settings: unknown keys are errors. */
export function settings<Properties extends TProperties>(properties: Properties) {
  return Type.Object(properties, { additionalProperties: false });
}
