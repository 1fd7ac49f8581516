import type { SimulatedPackage } from '../declare';
import { serverOf } from './cluster';
import { connectionRules } from './connection-rules';
import { objectRules } from './object-rules';
import { objectTypes } from './object-types';
import { podRules } from './pod-rules';
import { release } from './release';
import { releaseRules } from './release-rules';
import { scalingRules } from './scaling-rules';
import { trafficRules } from './traffic-rules';
import { workloadRules } from './workload-rules';

/**
 * What Kubernetes is, on the clusters that the clouds put into the table `clusters`: objects, pods that run, roll-outs, hooks and
 * releases of charts. What the cloud decides (nodes, images, networks, load balancers) it asks the cluster's host.
 */
export const kubernetes: SimulatedPackage = {
  name: 'kubernetes',
  resources: [...objectTypes, release],
  functions: [],
  rules: [
    ...connectionRules,
    ...releaseRules,
    ...objectRules,
    ...workloadRules,
    ...scalingRules,
    ...trafficRules,
    ...podRules,
  ],
  placeholders: {},
  checkConfig: () => [],
  place: (config) => ({ server: serverOf(config) }),
  prepareInputs: (_config, inputs) => inputs,
  sharedOutputs: () => ({}),
  identity: [],
};
