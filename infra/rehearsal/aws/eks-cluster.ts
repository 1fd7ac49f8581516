import type { eks } from '@pulumi/aws';
import { Refusal } from '../cloud/refusal';
import { resource } from '../declare';
import { clusters } from '../kubernetes/cluster';
import { dropCluster } from '../kubernetes/objects';
import { dropPod, listPods } from '../kubernetes/pods';
import { arn } from './declare';
import { cluster as handle } from './eks-handles';
import { createHost } from './eks-host';
import { defaultEksVersion } from './eks-versions';
import { makeByService, removeByService } from './made-by-service';
import { securityGroup } from './security-groups';
import { findSubnet, subnet } from './vpc';

export const eksCluster = resource<eks.Cluster, eks.ClusterArgs>({
  token: handle.token,
  naming: { maxLength: 100 },
  replaceOn: [
    'name',
    'roleArn',
    'bootstrapSelfManagedAddons',
    'accessConfig.bootstrapClusterCreatorAdminPermissions',
    'kubernetesNetworkConfig.ipFamily',
    'kubernetesNetworkConfig.serviceIpv4Cidr',
    'outpostConfig',
  ],
  unordered: [
    'enabledClusterLogTypes',
    'vpcConfig.subnetIds',
    'vpcConfig.securityGroupIds',
    'vpcConfig.publicAccessCidrs',
  ],
  defaults: { bootstrapSelfManagedAddons: true },
  empty: [
    'clusterId',
    'computeConfig',
    'controlPlaneScalingConfig',
    'deletionProtection',
    'kubeApiServerConfig',
    'kubeControllerManagerConfig',
    'kubeSchedulerConfig',
  ],
  seconds: { create: 480, update: 300, delete: 300 },
  id: ({ inputs }) => inputs.name ?? '',
  outputs: ({ inputs, place, cloud, seed, previous }) => {
    const region = place.region ?? '';
    const { hex } = seed;
    const endpoint =
      previous?.endpoint ?? `https://${hex(32, 'endpoint').toUpperCase()}.gr7.${region}.eks.amazonaws.com`;
    const authority = Buffer.from(`-----BEGIN CERTIFICATE-----\n${hex(64, 'authority')}\n-----END CERTIFICATE-----\n`);
    return {
      arn: arn('eks', place, `cluster/${inputs.name}`),
      accessConfig: {
        authenticationMode: 'CONFIG_MAP',
        bootstrapClusterCreatorAdminPermissions: true,
        ...inputs.accessConfig,
      },
      certificateAuthority: previous?.certificateAuthority ?? { data: authority.toString('base64') },
      createdAt: previous?.createdAt ?? cloud.clock.timestamp(),
      endpoint,
      identities: [
        { oidcs: [{ issuer: `https://oidc.eks.${region}.amazonaws.com/id/${hex(32, 'endpoint').toUpperCase()}` }] },
      ],
      kubernetesNetworkConfig: {
        ipFamily: 'ipv4',
        serviceIpv4Cidr: '172.20.0.0/16',
        serviceIpv6Cidr: '',
        ...inputs.kubernetesNetworkConfig,
        elasticLoadBalancing: { enabled: inputs.kubernetesNetworkConfig?.elasticLoadBalancing?.enabled ?? false },
      },
      platformVersion: 'eks.12',
      status: 'ACTIVE',
      storageConfig: { blockStorage: { enabled: inputs.storageConfig?.blockStorage?.enabled ?? false } },
      upgradePolicy: { supportType: inputs.upgradePolicy?.supportType ?? 'EXTENDED' },
      version: inputs.version ?? previous?.version ?? defaultEksVersion,
      vpcConfig: {
        controlPlaneEgressMode: 'DEFAULT',
        endpointPrivateAccess: false,
        endpointPublicAccess: true,
        ...inputs.vpcConfig,
        publicAccessCidrs: inputs.vpcConfig.publicAccessCidrs ?? ['0.0.0.0/0'],
        clusterSecurityGroupId: previous?.vpcConfig.clusterSecurityGroupId ?? '',
        vpcId: findSubnet(cloud, inputs.vpcConfig.subnetIds[0] ?? '', region)?.vpcId ?? '',
      },
    };
  },
  unique: ({ inputs, place }) => `EKS cluster ${inputs.name} in ${place.region}`,
  exists: ({ inputs }) => `ResourceInUseException: Cluster already exists with name: ${inputs.name}`,
  uses: ({ inputs, cloud }) => [
    ...inputs.vpcConfig.subnetIds.map((id) => cloud.find(subnet, id)),
    ...(inputs.vpcConfig.securityGroupIds ?? []).map((id) => cloud.find(securityGroup, id)),
  ],
  inUse: (entity, users) =>
    users.some(({ entity: user }) => user?.token === 'aws:eks/nodeGroup:NodeGroup')
      ? `ResourceInUseException: Cluster has nodegroups attached (${entity.id})`
      : undefined,

  create: async ({ entity, cloud, place, seed }) => {
    const { vpcId } = entity.outputs.vpcConfig;
    const everything = { fromPort: 0, toPort: 0, protocol: '-1' };
    const group = await makeByService(cloud, securityGroup, {
      name: `eks-cluster-sg-${entity.id}-${seed.digits(9)}`,
      place,
      inputs: {
        name: `eks-cluster-sg-${entity.id}-${seed.digits(9)}`,
        description: 'EKS created security group applied to ENI that is attached to EKS Control Plane master nodes',
        vpcId,
        ingress: [{ ...everything, self: true }],
        egress: [{ ...everything, cidrBlocks: ['0.0.0.0/0'] }],
      },
    });
    entity.outputs = {
      ...entity.outputs,
      vpcConfig: { ...entity.outputs.vpcConfig, clusterSecurityGroupId: group.id },
    };
    cloud.table(clusters).set(entity.outputs.endpoint, createHost(cloud, entity));
  },
  delete: async ({ entity, cloud }): Promise<'gone'> => {
    if (entity.inputs.deletionProtection) {
      throw new Refusal(
        `InvalidRequestException: Cluster ${entity.id} has deletion protection: it cannot be deleted (deletionProtection)`,
      );
    }
    const { endpoint, vpcConfig } = entity.outputs;
    for (const pod of listPods(cloud, endpoint)) {
      dropPod(cloud, endpoint, pod);
      await Promise.all(pod.containers.map((container) => container.stop(0)));
    }
    dropCluster(cloud, endpoint);
    cloud.table(clusters).delete(endpoint);
    const group = cloud.find(securityGroup, vpcConfig.clusterSecurityGroupId);
    if (group) await removeByService(cloud, securityGroup, group);
    return 'gone';
  },
});
