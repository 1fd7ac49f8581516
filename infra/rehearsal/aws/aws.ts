import type { SimulatedPackage } from '../declare';
import { isBag } from '../protocol/values';
import { appRunnerSimulation } from './app-runner';
import { caller } from './caller';
import { defaultTags, placeOf } from './declare';
import { ecrSimulation } from './ecr-simulation';
import { ecsSimulation } from './ecs';
import { ecsExpressSimulation } from './ecs-express';
import { eksSimulation } from './eks';
import { elasticacheSimulation } from './elasticache-rules';
import { iamSimulation } from './iam-simulation';
import { kmsSimulation } from './kms';
import { lambdaSimulation } from './lambda-rules';
import { loadBalancing } from './load-balancing';
import { logsSimulation } from './logs';
import { monitoring } from './monitoring';
import { networkSimulation } from './network';
import { oidcSimulation } from './oidc';
import { rdsSimulation } from './rds';
import { s3Simulation } from './s3-rules';
import { schedulerSimulation } from './scheduler';
import { secretsSimulation } from './secret-rules';
import { sharedRules } from './shared-rules';
import { sqsSimulation } from './sqs';
import { refuseRegion, zonesSimulation } from './zones';

/** One entry per service: a file beside this one with its types, functions and rules. */
const services: readonly Pick<SimulatedPackage, 'resources' | 'functions' | 'rules'>[] = [
  caller,
  zonesSimulation,
  networkSimulation,
  iamSimulation,
  ecrSimulation,
  secretsSimulation,
  logsSimulation,
  rdsSimulation,
  eksSimulation,
  elasticacheSimulation,
  appRunnerSimulation,
  ecsSimulation,
  ecsExpressSimulation,
  lambdaSimulation,
  schedulerSimulation,
  sharedRules,
  sqsSimulation,
  oidcSimulation,
  kmsSimulation,
  s3Simulation,
  loadBalancing,
  monitoring,
];

export const aws: SimulatedPackage = {
  name: 'aws',
  resources: services.flatMap((service) => service.resources),
  functions: services.flatMap((service) => service.functions),
  rules: services.flatMap((service) => service.rules),
  placeholders: { 'aws:region': 'eu-central-1' },
  checkConfig: ({ region }) => {
    if (typeof region !== 'string' || region === '') {
      return [{ property: 'region', reason: 'Missing region. Set it with `pulumi config set aws:region <region>`.' }];
    }
    const reason = refuseRegion(region);
    return reason === undefined ? [] : [{ property: 'region', reason }];
  },
  place: placeOf,
  prepareInputs: (config, inputs, knows) => {
    const defaults = defaultTags(config);
    if (!knows('tags') || Object.keys(defaults).length === 0) return inputs;
    const own = inputs.tags;
    // Tags that are secret or not known yet are left to themselves, as a merge would have to look into them.
    return own === undefined || isBag(own) ? { ...inputs, tags: { ...defaults, ...own } } : inputs;
  },
  sharedOutputs: (_config, inputs, place) => ({
    region: place.region ?? '',
    tagsAll: isBag(inputs.tags) ? inputs.tags : {},
  }),
  identity: ['region'],
};
