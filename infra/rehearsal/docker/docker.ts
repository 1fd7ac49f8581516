import type { SimulatedPackage } from '../declare';
import { container } from './container';
import { containerRules } from './container-rules';
import { imageRules } from './image-rules';
import { getRemoteImage, remoteImage, tag } from './images';
import { network } from './network';
import { resourceRules } from './resource-rules';
import { volume } from './volume';

/** The machine's Docker engine: containers of built images are processes, those of Postgres and Redis are stores. */
export const docker: SimulatedPackage = {
  name: 'docker',
  resources: [container, network, remoteImage, tag, volume],
  functions: [getRemoteImage],
  rules: [...containerRules, ...imageRules, ...resourceRules],
  placeholders: {},
  checkConfig: ({ host }) =>
    typeof host === 'string' && !/^(unix|npipe|tcp|https?|ssh|fd):\/\//.test(host)
      ? [{ property: 'host', reason: `unable to parse docker host \`${host}\`` }]
      : [],
  place: () => ({}),
  prepareInputs: (_config, inputs) => inputs,
  sharedOutputs: () => ({}),
  identity: [],
};
