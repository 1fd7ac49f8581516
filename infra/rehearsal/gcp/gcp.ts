import type { FunctionType, ResourceType, SimulatedPackage } from '../declare';
import { isBag } from '../protocol/values';
import type { Rule } from '../rules';

import { artifactRegistrySimulation } from './artifact-registry';
import { billingSimulation } from './billing-budget-rules';
import { clientSimulation } from './client';
import { cloudRunSimulation } from './cloud-run';
import { cloudSqlSimulation } from './cloud-sql';
import { allLabels, placeOf } from './declare';
import { iamSimulation } from './iam-grants';
import { kmsSimulation } from './kms';
import { sharedRules } from './labels';
import { loggingSimulation } from './logging';
import { memorystoreSimulation } from './memorystore';
import { monitoringSimulation } from './monitoring';
import { networkSimulation } from './network-rules';
import { projectServicesSimulation } from './project-services';
import { secretManagerSimulation } from './secret-manager';
import { serviceAccountSimulation } from './service-account';
import { serviceNetworkingSimulation } from './service-networking';
import { storageSimulation } from './storage';
import { workloadIdentitySimulation } from './workload-identity';

type Service = {
  resources: readonly ResourceType<unknown, unknown>[];
  functions: readonly FunctionType[];
  rules: readonly Rule[];
};

/** One entry per service: a file beside this one with its types, functions and rules. */
const services: readonly Service[] = [
  clientSimulation,
  projectServicesSimulation,
  iamSimulation,
  serviceAccountSimulation,
  networkSimulation,
  serviceNetworkingSimulation,
  secretManagerSimulation,
  artifactRegistrySimulation,
  loggingSimulation,
  cloudSqlSimulation,
  memorystoreSimulation,
  cloudRunSimulation,
  monitoringSimulation,
  billingSimulation,
  workloadIdentitySimulation,
  storageSimulation,
  kmsSimulation,
];

const resources = services.flatMap((service) => service.resources);

export const gcp: SimulatedPackage = {
  name: 'gcp',
  resources,
  functions: services.flatMap((service) => service.functions),
  rules: [...sharedRules(resources), ...services.flatMap((service) => service.rules)],
  placeholders: { 'gcp:project': 'rehearsal-project', 'gcp:region': 'europe-west1' },
  checkConfig: () => [],
  place: placeOf,
  prepareInputs: (_config, inputs) => inputs,
  sharedOutputs: (config, inputs, place) => {
    const labels = isBag(inputs.labels) ? inputs.labels : {};
    return {
      ...(place.project && { project: place.project }),
      ...(place.region && { region: place.region, location: place.region }),
      deletionPolicy: inputs.deletionPolicy ?? 'DELETE',
      pulumiLabels: { ...(isBag(config.defaultLabels) ? config.defaultLabels : {}), ...labels },
      effectiveLabels: allLabels(config, labels),
    };
  },
  identity: ['project', 'region', 'location'],
};
