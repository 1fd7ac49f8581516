import type { ecs } from '@pulumi/aws';
import type { Cloud, Place } from '../cloud/cloud';
import { resource } from '../declare';
import { applyRule, inputRule } from '../rules';
import { arn } from './declare';
import { expressServiceHandle, serviceHandle } from './ecs-handles';

const serviceTokens = [serviceHandle.token, expressServiceHandle.token];

export const cluster = resource<ecs.Cluster, ecs.ClusterArgs>({
  token: 'aws:ecs/cluster:Cluster',
  naming: { maxLength: 255 },
  replaceOn: ['name'],
  seconds: { create: 10, delete: 10 },
  id: ({ inputs, place }) => arn('ecs', place, `cluster/${inputs.name}`),
  outputs: ({ id, inputs }) => ({
    arn: id,
    settings: inputs.settings ?? [{ name: 'containerInsights', value: 'disabled' }],
  }),
  // A cluster of that name would be taken over by CreateCluster, which gives what is there already.
  unique: ({ inputs, place }) => `cluster ${inputs.name} in ${place.region}`,
  inUse: (_, users) =>
    // A user that is no entity is a service that no program knows.
    users.some(({ entity }) => entity === undefined || serviceTokens.includes(entity.token))
      ? 'ClusterContainsServicesException: The Cluster cannot be deleted while Services are active.'
      : undefined,
});

export const clusterCapacityProviders = resource<ecs.ClusterCapacityProviders, ecs.ClusterCapacityProvidersArgs>({
  token: 'aws:ecs/clusterCapacityProviders:ClusterCapacityProviders',
  replaceOn: ['clusterName'],
  unordered: ['capacityProviders', 'defaultCapacityProviderStrategies'],
  seconds: { create: 10, update: 10, delete: 10 },
  id: ({ inputs }) => inputs.clusterName,
  outputs: () => ({}),
  uses: ({ inputs, cloud, place }) => [findCluster(cloud, inputs.clusterName, place)],
  inUse: () => 'ResourceInUseException: The specified capacity provider is in use and cannot be removed.',
});

/** By name or ARN; "default" is none unless the program makes it. */
export function findCluster(cloud: Cloud, reference: string, place: Place) {
  return cloud
    .list(cluster)
    .find(({ id, inputs, place: home }) => home.region === place.region && [id, inputs.name].includes(reference));
}

/** What a cluster's services may run on. */
export function capacityOf(cloud: Cloud, clusterName: string | undefined, place: Place) {
  return cloud
    .list(clusterCapacityProviders)
    .find(({ inputs, place: home }) => home.region === place.region && inputs.clusterName === clusterName);
}

const namePattern = /^[A-Za-z0-9_-]{1,255}$/;
const providers = ['FARGATE', 'FARGATE_SPOT'];

export const clusterRules = [
  inputRule({
    id: 'aws.ecs.cluster-name',
    refuses: 'A name of a cluster other than 1 to 255 letters, digits, underscores and hyphens.',
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateCluster.html',
    types: cluster,
    check: ({ inputs: { name = 'generated' } }) =>
      namePattern.test(name)
        ? undefined
        : 'invalid value for name (The cluster name must consist of alphanumerics, hyphens, and underscores.): 1 to 255 characters',
  }),
  inputRule({
    id: 'aws.ecs.cluster-setting',
    refuses:
      'A setting of a cluster other than containerInsights, or with another value than enhanced, enabled or disabled.',
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ClusterSetting.html',
    types: cluster,
    check: ({ inputs: { settings = [] } }) =>
      settings.flatMap(({ name, value }) => [
        ...(name === 'containerInsights'
          ? []
          : [`expected settings.name to be one of ["containerInsights"], got ${name}`]),
        ...(['enhanced', 'enabled', 'disabled'].includes(value)
          ? []
          : ['InvalidParameterException: settings.value must be enhanced, enabled or disabled']),
      ]),
  }),
  inputRule({
    id: 'aws.ecs.default-capacity',
    refuses: 'A default strategy of a provider that the cluster does not have, or with a base at more than one.',
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PutClusterCapacityProviders.html',
    types: clusterCapacityProviders,
    check: ({ inputs: { capacityProviders = [], defaultCapacityProviderStrategies = [] } }) => [
      ...capacityProviders
        .filter((name) => !providers.includes(name))
        .map((name) => `not simulated: the capacity provider ${name} (capacityProviders: ${providers.join(', ')})`),
      ...defaultCapacityProviderStrategies
        .filter(({ capacityProvider }) => !capacityProviders.includes(capacityProvider))
        .map(
          ({ capacityProvider }) =>
            `InvalidParameterException: The specified capacity provider strategy cannot contain a capacity provider that is not associated with the cluster: ${capacityProvider} (capacityProviders)`,
        ),
      ...refuseStrategy(defaultCapacityProviderStrategies),
    ],
  }),
  applyRule({
    id: 'aws.ecs.cluster-missing',
    refuses: 'Capacity providers for a cluster, or a service in one, that does not exist.',
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PutClusterCapacityProviders.html',
    types: [clusterCapacityProviders],
    check: ({ inputs, cloud, place }) =>
      findCluster(cloud, inputs.clusterName, place)
        ? undefined
        : `ClusterNotFoundException: Cluster not found. (clusterName ${inputs.clusterName})`,
  }),
];

type Strategy = readonly { capacityProvider: string; base?: number; weight?: number }[];

/** Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html */
export function refuseStrategy(strategy: Strategy): string[] {
  const based = strategy.filter(({ base = 0 }) => base > 0);
  const ranges = strategy.flatMap(({ base = 0, weight = 0 }) => [
    ...(base >= 0 && base <= 100_000 ? [] : [`expected base to be in the range (0 - 100000), got ${base}`]),
    ...(weight >= 0 && weight <= 1_000 ? [] : [`expected weight to be in the range (0 - 1000), got ${weight}`]),
  ]);
  return [
    ...ranges,
    ...(based.length > 1
      ? [
          'InvalidParameterException: Only one capacity provider in a capacity provider strategy can have a base defined.',
        ]
      : []),
    ...(strategy.length > 0 && based.length === 0 && strategy.every(({ weight = 0 }) => weight === 0)
      ? [
          'InvalidParameterException: A capacity provider strategy must contain at least one capacity provider with a weight of more than 0.',
        ]
      : []),
  ];
}
