import type { SimulatedPackage } from '../declare';
import { isBag } from '../protocol/values';
import { allLabels, placeOf } from './declare';
import { networkSimulation } from './network';

/** One entry per service: a file beside this one with its types, functions and rules. */
const services = [networkSimulation];

export const gcp: SimulatedPackage = {
  name: 'gcp',
  resources: services.flatMap((service) => service.resources),
  functions: services.flatMap((service) => service.functions),
  rules: services.flatMap((service) => service.rules),
  placeholders: { 'gcp:project': 'rehearsal-project', 'gcp:region': 'europe-west1' },
  checkConfig: () => [],
  place: placeOf,
  prepareInputs: (_config, inputs) => inputs,
  sharedOutputs: (config, inputs, place) => {
    const labels = isBag(inputs.labels) ? inputs.labels : {};
    return {
      ...(place.project && { project: place.project }),
      ...(place.region && { region: place.region }),
      pulumiLabels: { ...(isBag(config.defaultLabels) ? config.defaultLabels : {}), ...labels },
      effectiveLabels: allLabels(config, labels),
    };
  },
  identity: ['project', 'region'],
};
