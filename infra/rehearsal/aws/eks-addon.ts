import type { eks } from '@pulumi/aws';
import { resource } from '../declare';
import { arn } from './declare';
import { cluster, addon as handle } from './eks-handles';

export const eksAddon = resource<eks.Addon, eks.AddonArgs>({
  token: handle.token,
  replaceOn: ['addonName', 'clusterName'],
  empty: ['configurationValues', 'namespaceConfig'],
  seconds: { create: 40, update: 40, delete: 20 },
  id: ({ inputs }) => `${inputs.clusterName}:${inputs.addonName}`,
  outputs: ({ inputs, place, cloud, seed, previous }) => ({
    addonVersion: inputs.addonVersion ?? previous?.addonVersion ?? addonVersion(inputs.addonName),
    arn: arn('eks', place, `addon/${inputs.clusterName}/${inputs.addonName}/${seed.uuid('addon')}`),
    createdAt: previous?.createdAt ?? cloud.clock.timestamp(),
    modifiedAt: cloud.clock.timestamp(),
  }),
  unique: ({ inputs, place }) => `addon ${inputs.addonName} of ${inputs.clusterName} in ${place.region}`,
  exists: () => 'ResourceInUseException: Addon already exists.',
  uses: ({ inputs, cloud, place }) => [cloud.find(cluster, inputs.clusterName, place)],
});

/** Add-ons with the version that EKS installs by default, as of November 2026, and what their configuration may hold. */
export const knownAddons: Readonly<Record<string, { version: string; keys: readonly string[] }>> = {
  'amazon-cloudwatch-observability': {
    version: 'v4.10.0-eksbuild.1',
    keys: [
      'agent',
      'agents',
      'containerLogs',
      'dcgmExporter',
      'manager',
      'neuronMonitor',
      'tolerations',
      'admissionWebhooks',
    ],
  },
  'aws-ebs-csi-driver': {
    version: 'v1.54.0-eksbuild.1',
    keys: ['controller', 'defaultStorageClass', 'node', 'sidecars'],
  },
  'aws-secrets-store-csi-driver-provider': {
    version: 'v2.2.2-eksbuild.1',
    keys: [
      'affinity',
      'awsRegion',
      'k8sThrottlingParams',
      'nodeSelector',
      'podAnnotations',
      'podLabels',
      'resources',
      'secrets-store-csi-driver',
      'tolerations',
      'useFipsEndpoint',
    ],
  },
  coredns: {
    version: 'v1.12.4-eksbuild.1',
    keys: [
      'affinity',
      'autoScaling',
      'computeType',
      'corefile',
      'nodeSelector',
      'podAnnotations',
      'podDisruptionBudget',
      'podLabels',
      'replicaCount',
      'resources',
      'tolerations',
      'topologySpreadConstraints',
    ],
  },
  'eks-pod-identity-agent': {
    version: 'v1.3.10-eksbuild.1',
    keys: ['agent', 'affinity', 'priorityClassName', 'resources', 'tolerations'],
  },
  'kube-proxy': {
    version: 'v1.35.0-eksbuild.2',
    keys: ['affinity', 'ipvs', 'mode', 'podAnnotations', 'podLabels', 'resources'],
  },
  'metrics-server': {
    version: 'v0.8.0-eksbuild.5',
    keys: [
      'addonResizer',
      'affinity',
      'args',
      'containerSecurityContext',
      'nodeSelector',
      'podDisruptionBudget',
      'replicas',
      'resources',
      'tolerations',
      'topologySpreadConstraints',
      'updateStrategy',
    ],
  },
  'vpc-cni': {
    version: 'v1.21.1-eksbuild.1',
    keys: [
      'affinity',
      'eniConfig',
      'enableNetworkPolicy',
      'enableWindowsIpam',
      'env',
      'init',
      'livenessProbeTimeoutSeconds',
      'nodeAgent',
      'nodeSelector',
      'podAnnotations',
      'podLabels',
      'readinessProbeTimeoutSeconds',
      'resources',
      'tolerations',
    ],
  },
};

export function addonVersion(name: string): string {
  return knownAddons[name]?.version ?? '';
}
