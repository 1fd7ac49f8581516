import type { eks } from '@pulumi/aws';
import { table } from '../cloud/cloud';
import { Refusal } from '../cloud/refusal';
import { func } from '../declare';
import { addonVersion, knownAddons } from './eks-addon';
import { findCluster } from './eks-handles';
import { eksVersions, supportOf } from './eks-versions';

/** Tokens that getClusterAuth gave. Source: https://docs.aws.amazon.com/eks/latest/best-practices/identity-and-access-management.html */
export const issuedTokens = table<{ cluster: string; untilMs: number }>('eks tokens');
const tokenMinutes = 15;

const getClusterAuth = func<eks.GetClusterAuthArgs, eks.GetClusterAuthResult>({
  token: 'aws:eks/getClusterAuth:getClusterAuth',
  secretResults: ['token'],
  call: ({ inputs, place, cloud, seed }) => {
    const untilMs = cloud.clock.now() + tokenMinutes * 60_000;
    const token = `k8s-aws-v1.${seed.hex(64, String(untilMs))}`;
    cloud.table(issuedTokens).set(token, { cluster: inputs.name, untilMs });
    return { ...inputs, id: inputs.name, region: place.region ?? '', token };
  },
});

const getCluster = func<eks.GetClusterArgs, eks.GetClusterResult>({
  token: 'aws:eks/getCluster:getCluster',
  call: ({ inputs, place, cloud }) => {
    const found = findCluster(cloud, inputs.name, place.region);
    if (!found) throw new Refusal(`ResourceNotFoundException: No cluster found for name: ${inputs.name}.`);
    const { outputs } = found;
    return {
      accessConfigs: [
        {
          authenticationMode: outputs.accessConfig.authenticationMode,
          bootstrapClusterCreatorAdminPermissions: outputs.accessConfig.bootstrapClusterCreatorAdminPermissions ?? true,
        },
      ],
      arn: outputs.arn,
      certificateAuthorities: [outputs.certificateAuthority],
      clusterId: '',
      computeConfigs: [],
      controlPlaneScalingConfigs: [],
      createdAt: outputs.createdAt,
      deletionProtection: outputs.deletionProtection,
      enabledClusterLogTypes: outputs.enabledClusterLogTypes ?? [],
      endpoint: outputs.endpoint,
      id: outputs.name,
      identities: outputs.identities,
      kubeApiServerConfigs: [],
      kubeControllerManagerConfigs: [],
      kubeSchedulerConfigs: [],
      kubernetesNetworkConfigs: [],
      name: outputs.name,
      outpostConfigs: [],
      platformVersion: outputs.platformVersion,
      region: place.region ?? '',
      remoteNetworkConfigs: [],
      roleArn: outputs.roleArn,
      status: outputs.status,
      storageConfigs: [],
      tags: outputs.tags ?? {},
      upgradePolicies: [outputs.upgradePolicy],
      version: outputs.version,
      vpcConfig: {
        clusterSecurityGroupId: outputs.vpcConfig.clusterSecurityGroupId,
        controlPlaneEgressMode: outputs.vpcConfig.controlPlaneEgressMode,
        endpointPrivateAccess: outputs.vpcConfig.endpointPrivateAccess ?? false,
        endpointPublicAccess: outputs.vpcConfig.endpointPublicAccess ?? true,
        publicAccessCidrs: outputs.vpcConfig.publicAccessCidrs,
        securityGroupIds: outputs.vpcConfig.securityGroupIds ?? [],
        subnetIds: outputs.vpcConfig.subnetIds,
        vpcId: outputs.vpcConfig.vpcId,
      },
      zonalShiftConfigs: [],
    };
  },
});

const getAddonVersion = func<eks.GetAddonVersionArgs, eks.GetAddonVersionResult>({
  token: 'aws:eks/getAddonVersion:getAddonVersion',
  call: ({ inputs, place, cloud }) => {
    const isSupported = supportOf(inputs.kubernetesVersion, cloud.clock.now()) !== 'none';
    if (!(inputs.addonName in knownAddons) || !isSupported) {
      throw new Refusal(
        `no EKS Add-On version of ${inputs.addonName} for Kubernetes ${inputs.kubernetesVersion}: versions of Kubernetes are ${Object.keys(eksVersions).join(', ')}`,
      );
    }
    return { ...inputs, id: inputs.addonName, region: place.region ?? '', version: addonVersion(inputs.addonName) };
  },
});

export const eksFunctions = [getCluster, getClusterAuth, getAddonVersion];
