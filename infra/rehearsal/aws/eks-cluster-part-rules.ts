import { applyRule, inputRule } from '../rules';
import { knownAddons } from './eks-addon';
import {
  accessEntry,
  accessPolicyAssociation,
  addon,
  findCluster,
  noCluster,
  podIdentityAssociation,
} from './eks-handles';
import { refuseTrust } from './eks-pod-role';
import { parseValues } from './eks-secrets-store';
import { role } from './iam';

const policies = [
  'AmazonEKSAdminPolicy',
  'AmazonEKSAdminViewPolicy',
  'AmazonEKSClusterAdminPolicy',
  'AmazonEKSEditPolicy',
  'AmazonEKSViewPolicy',
];

/** What goes into a cluster: add-ons, and who may do what. */
export const clusterPartRules = [
  applyRule({
    id: 'aws.eks.cluster-missing',
    refuses: 'A part of a cluster that does not exist.',
    source: 'https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateAddon.html',
    types: [addon, accessEntry, accessPolicyAssociation, podIdentityAssociation],
    check: ({ inputs, cloud, place }) =>
      findCluster(cloud, inputs.clusterName, place.region) ? undefined : noCluster(inputs.clusterName),
  }),
  inputRule({
    id: 'aws.eks.addon-name',
    refuses: 'An add-on that EKS does not have, or that the rehearsal does not know.',
    source: 'https://docs.aws.amazon.com/eks/latest/userguide/workloads-add-ons-available-eks.html',
    types: addon,
    check: ({ inputs: { addonName } }) =>
      addonName in knownAddons
        ? undefined
        : `InvalidParameterException: Addon ${addonName} specified is not supported; the rehearsal knows ${Object.keys(knownAddons).join(', ')} (addonName)`,
  }),
  inputRule({
    id: 'aws.eks.addon-configuration',
    refuses: 'A configuration of an add-on that is neither JSON nor YAML, or holds what the add-on does not know.',
    source:
      'https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateAddon.html#AmazonEKS-CreateAddon-request-configurationValues',
    types: addon,
    check: ({ inputs: { addonName, configurationValues } }) => {
      const words = 'InvalidParameterException: ConfigurationValue provided in request is not supported';
      const values = parseValues(configurationValues);
      if (!values) return `${words}: it must be an object as JSON or YAML (configurationValues)`;
      const { keys } = knownAddons[addonName] ?? {};
      return Object.keys(values)
        .filter((key) => keys !== undefined && !keys.includes(key))
        .map(
          (key) =>
            `${words}: Json schema validation failed with error: [$.${key}: is not defined in the schema and the schema does not allow additional properties] (configurationValues)`,
        );
    },
  }),
  applyRule({
    id: 'aws.eks.pod-identity-role',
    refuses: 'A role for pods that EKS may not take on for them, with tags on its session.',
    source: 'https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html',
    types: podIdentityAssociation,
    check: async ({ inputs: { roleArn }, cloud }) => {
      const refused = await refuseTrust(cloud, roleArn);
      return refused && `InvalidParameterException: ${refused} (roleArn)`;
    },
  }),
  applyRule({
    id: 'aws.eks.access-mode',
    refuses: 'An access entry of a cluster that takes access from its ConfigMap only.',
    source: 'https://docs.aws.amazon.com/eks/latest/userguide/setting-up-access-entries.html',
    types: [accessEntry, accessPolicyAssociation],
    check: ({ inputs, cloud, place }) => {
      const mode = findCluster(cloud, inputs.clusterName, place.region)?.outputs.accessConfig.authenticationMode;
      return mode === 'CONFIG_MAP'
        ? `InvalidRequestException: The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this operation. (accessConfig.authenticationMode of ${inputs.clusterName})`
        : undefined;
    },
  }),
  applyRule({
    id: 'aws.eks.access-principal',
    refuses: 'An access entry for a role that does not exist, or for what is no role and no user.',
    source: 'https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html',
    types: accessEntry,
    check: ({ inputs: { principalArn }, cloud, place }) => {
      const [, account, kind] = /^arn:aws[a-z-]*:iam::(\d{12}):(role|user)\/.+$/.exec(principalArn) ?? [];
      const isOwnRole = kind === 'role' && account === place.account;
      return kind === undefined || (isOwnRole && !cloud.findBy(role, 'arn', principalArn))
        ? `InvalidParameterException: The specified principalArn is invalid: invalid principal: ${principalArn} (principalArn)`
        : undefined;
    },
  }),
  applyRule({
    id: 'aws.eks.access-policy',
    refuses: 'A policy of access that EKS does not have, for somebody without an entry, or for no namespaces.',
    source: 'https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html',
    types: accessPolicyAssociation,
    check: ({ inputs: { policyArn, principalArn, clusterName, accessScope }, cloud }) => {
      const known = policies.map((policy) => `arn:aws:eks::aws:cluster-access-policy/${policy}`);
      if (!known.includes(policyArn))
        return `InvalidParameterException: The policyArn parameter format is not valid: it must be one of ${known.join(', ')}`;
      if (accessScope.type !== 'cluster' && accessScope.type !== 'namespace')
        return 'expected accessScope.type to be one of ["cluster" "namespace"]';
      if ((accessScope.type === 'namespace') !== (accessScope.namespaces ?? []).length > 0) {
        return 'InvalidParameterException: accessScope.namespaces must be set exactly where accessScope.type is namespace';
      }
      const entry = cloud
        .list(accessEntry)
        .find(({ inputs }) => inputs.principalArn === principalArn && inputs.clusterName === clusterName);
      return entry
        ? undefined
        : `ResourceNotFoundException: The specified principalArn could not be found. You can view your available access entries with 'list-access-entries'. (principalArn ${principalArn})`;
    },
  }),
];
