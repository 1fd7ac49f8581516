import type { SimulatedPackage } from '../declare';
import { image } from './image';
import { imageRules } from './image-rules';

/** Images are built by the runtime, pushed to the registries of the simulated clouds and loaded into the Docker engine. */
export const dockerBuild: SimulatedPackage = {
  name: 'docker-build',
  resources: [image],
  functions: [],
  rules: imageRules,
  placeholders: {},
  checkConfig: () => [],
  place: () => ({}),
  prepareInputs: (_config, inputs) => inputs,
  sharedOutputs: () => ({}),
  identity: [],
};
