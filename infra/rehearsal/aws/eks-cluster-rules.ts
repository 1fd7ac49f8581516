import { applyRule, graphRule, inputRule } from '../rules';
import { cluster } from './eks-handles';
import { refuseActions } from './eks-role-policies';
import { defaultEksVersion, eksVersions, minorOf, supportOf } from './eks-versions';
import { role } from './iam';
import { refuseAssumption, refuseService } from './iam-authorize';
import { findGroup } from './security-groups';
import { findSubnet } from './vpc';

const source = 'https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateCluster.html';
const versions = 'https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html';
const roles = 'https://docs.aws.amazon.com/eks/latest/userguide/auto-cluster-iam-role.html';

/** Actions that stand for the policies which a cluster's role must have, with Auto Mode and without. */
const clusterPolicies = { AmazonEKSClusterPolicy: ['ec2:DescribeInstances', 'ec2:DescribeSubnets'] };
const autoPolicies = {
  AmazonEKSComputePolicy: ['ec2:CreateFleet', 'ec2:RunInstances'],
  AmazonEKSBlockStoragePolicy: ['ec2:CreateVolume'],
  AmazonEKSLoadBalancingPolicy: ['elasticloadbalancing:CreateTargetGroup'],
  AmazonEKSNetworkingPolicy: ['ec2:AssignPrivateIpAddresses'],
};

export const clusterRules = [
  inputRule({
    id: 'aws.eks.cluster-name',
    refuses: 'A name of a cluster other than 1 to 100 letters, digits, hyphens and underscores.',
    source,
    types: cluster,
    check: ({ inputs: { name = 'generated' } }) =>
      /^[0-9A-Za-z][A-Za-z0-9\-_]{0,99}$/.test(name)
        ? undefined
        : `invalid value for name: must match regular expression '^[0-9A-Za-z][A-Za-z0-9\\-_]*$' and have at most 100 characters (it has ${name.length})`,
  }),
  applyRule({
    id: 'aws.eks.version',
    refuses: 'A version of Kubernetes that EKS does not have, or no longer, or that only a dearer support keeps.',
    source: versions,
    types: cluster,
    check: ({ inputs: { version = defaultEksVersion, upgradePolicy }, cloud, previous }) => {
      if (previous?.outputs.version === version) return undefined;
      const support = supportOf(version, cloud.clock.now());
      const supported = Object.keys(eksVersions).filter((known) => supportOf(known, cloud.clock.now()) !== 'none');
      if (support === 'none') {
        return `InvalidParameterException: unsupported Kubernetes version ${version}: EKS supports ${supported.join(', ')} (version)`;
      }
      return support === 'extended' && upgradePolicy?.supportType === 'STANDARD'
        ? `InvalidParameterException: Kubernetes version ${version} is past its standard support, which upgradePolicy.supportType STANDARD does not leave (version)`
        : undefined;
    },
  }),
  applyRule({
    id: 'aws.eks.version-step',
    refuses: 'An older version of Kubernetes than before, or one that is more than one step newer.',
    source: 'https://docs.aws.amazon.com/eks/latest/userguide/update-cluster.html',
    types: cluster,
    check: ({ inputs: { version }, previous }) => {
      if (version === undefined || previous === undefined) return undefined;
      const step = minorOf(version) - minorOf(previous.outputs.version);
      return step === 0 || step === 1
        ? undefined
        : `InvalidParameterException: Unsupported Kubernetes minor version update from ${previous.outputs.version} to ${version} (version)`;
    },
  }),
  applyRule({
    id: 'aws.eks.cluster-role-trust',
    refuses: 'A role that EKS may not take on; for Auto Mode, also with tags on its session.',
    source: roles,
    types: cluster,
    check: async ({ inputs: { roleArn, computeConfig }, cloud }) => {
      const service = 'eks.amazonaws.com';
      const refused = await refuseAssumption(cloud, { roleArn, service });
      if (refused !== undefined)
        return `InvalidParameterException: Role with arn: ${roleArn}, could not be assumed because it does not exist or the trusted entity is not correct: ${refused} (roleArn)`;
      if (computeConfig?.enabled !== true) return undefined;
      const resourcePolicy = cloud.findBy(role, 'arn', roleArn)?.inputs.assumeRolePolicy;
      const untagged = await refuseService(service, { action: 'sts:TagSession', resource: roleArn, resourcePolicy });
      return (
        untagged &&
        `InvalidParameterException: the trust policy (assumeRolePolicy) of ${roleArn} does not let ${service} do sts:TagSession, which Auto Mode needs (roleArn)`
      );
    },
  }),
  applyRule({
    id: 'aws.eks.cluster-role-policies',
    refuses: 'A role of a cluster that may not do what the control plane, and Auto Mode, do with it.',
    source: roles,
    types: cluster,
    check: async ({ inputs: { roleArn, computeConfig }, cloud }) => {
      const wanted = { ...clusterPolicies, ...(computeConfig?.enabled === true && autoPolicies) };
      return (await refuseActions(cloud, roleArn, wanted)).map((why) => `InvalidParameterException: ${why} (roleArn)`);
    },
  }),
  applyRule({
    id: 'aws.eks.subnets',
    refuses: 'A cluster in subnets that do not exist, of several VPCs, or of one zone only.',
    source: 'https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html',
    types: cluster,
    check: ({ inputs: { vpcConfig }, cloud, place }) => {
      const missing = vpcConfig.subnetIds.find((id) => !findSubnet(cloud, id, place.region));
      if (missing !== undefined) {
        return `InvalidParameterException: The subnet ID '${missing}' does not exist (Service: AmazonEC2) (vpcConfig.subnetIds)`;
      }
      const stranger = (vpcConfig.securityGroupIds ?? []).find((id) => !findGroup(cloud, id, place.region));
      if (stranger !== undefined)
        return `InvalidParameterException: The security group '${stranger}' does not exist (vpcConfig.securityGroupIds)`;
      const homes = vpcConfig.subnetIds.map((id) => findSubnet(cloud, id, place.region));
      if (new Set(homes.map((home) => home?.vpcId)).size > 1) {
        return 'InvalidParameterException: Subnets specified must be in the same VPC (vpcConfig.subnetIds)';
      }
      return new Set(homes.map((home) => home?.zone)).size >= 2
        ? undefined
        : 'InvalidParameterException: Subnets specified must be in at least two different AZs (vpcConfig.subnetIds)';
    },
  }),
  applyRule({
    id: 'aws.eks.subnet-zone',
    refuses: 'A cluster in a zone where EKS has no control plane.',
    source: 'https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html',
    types: cluster,
    check: ({ inputs: { vpcConfig }, cloud, place }) =>
      vpcConfig.subnetIds
        .map((id) => findSubnet(cloud, id, place.region))
        .filter((home) => home !== undefined && ['use1-az3', 'usw1-az2', 'cac1-az3'].includes(home.zoneId))
        .map(
          (home) =>
            `UnsupportedAvailabilityZoneException: Cannot create cluster because ${home?.zone}, the targeted availability zone, does not currently have sufficient capacity to support the cluster (vpcConfig.subnetIds)`,
        ),
  }),
  inputRule({
    id: 'aws.eks.endpoint',
    refuses: 'A cluster whose API server nobody reaches: neither from outside nor from inside.',
    source: 'https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html',
    types: cluster,
    check: ({ inputs: { vpcConfig } }) =>
      vpcConfig.endpointPublicAccess === false && vpcConfig.endpointPrivateAccess !== true
        ? 'InvalidParameterException: Private and public endpoint access cannot be false (vpcConfig.endpointPublicAccess, endpointPrivateAccess)'
        : undefined,
  }),
  inputRule({
    id: 'aws.eks.log-types',
    refuses: 'A log of the control plane that does not exist.',
    source: 'https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html',
    types: cluster,
    check: ({ inputs: { enabledClusterLogTypes = [] } }) =>
      enabledClusterLogTypes
        .filter((type) => !['api', 'audit', 'authenticator', 'controllerManager', 'scheduler'].includes(type))
        .map(
          (type) =>
            `expected enabledClusterLogTypes to be one of ["api" "audit" "authenticator" "controllerManager" "scheduler"], got ${type}`,
        ),
  }),
  graphRule({
    id: 'aws.eks.extended-support',
    refuses:
      'A cluster that slides into extended support, at six times the price, because nobody said that it must not.',
    source: 'https://docs.aws.amazon.com/eks/latest/userguide/disable-extended-support.html',
    types: [cluster],
    check: (graph) =>
      graph
        .ofType(cluster)
        .filter(
          ({ inputs }) => (inputs.upgradePolicy as { supportType?: string } | undefined)?.supportType === undefined,
        )
        .map(({ urn, name }) => ({
          urn,
          message: `${name}: upgradePolicy.supportType must be set: STANDARD or EXTENDED`,
        })),
  }),
];
