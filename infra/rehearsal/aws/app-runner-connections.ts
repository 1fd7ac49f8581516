import type { apprunner } from '@pulumi/aws';
import { resource } from '../declare';
import { applyRule, inputRule } from '../rules';
import { arn } from './declare';
import { findGroup, securityGroup } from './security-groups';
import { findSubnet, subnet } from './vpc';

/** What a service names by ARN: how it reaches into a VPC, and how it scales. */
export const vpcConnector = resource<apprunner.VpcConnector, apprunner.VpcConnectorArgs>({
  token: 'aws:apprunner/vpcConnector:VpcConnector',
  replaceOn: ['vpcConnectorName', 'subnets', 'securityGroups'],
  unordered: ['subnets', 'securityGroups'],
  seconds: { create: 5, delete: 5 },
  id: ({ inputs, place, seed }) => arn('apprunner', place, `vpcconnector/${inputs.vpcConnectorName}/1/${seed.hex(32)}`),
  outputs: ({ id }) => ({ arn: id, status: 'ACTIVE', vpcConnectorRevision: 1 }),
  unique: ({ inputs, place }) => `VPC connector ${inputs.vpcConnectorName} in ${place.region}`,
  exists: ({ inputs }) =>
    `InvalidRequestException: A VPC connector with the name ${inputs.vpcConnectorName} already exists: it has only one revision, so another connector needs another name (vpcConnectorName)`,
  uses: ({ inputs, cloud }) => [
    ...inputs.subnets.map((id) => cloud.find(subnet, id)),
    ...inputs.securityGroups.map((id) => cloud.find(securityGroup, id)),
  ],
  inUse: (entity, users) =>
    `InvalidRequestException: VPC connector ${entity.id} is in use by ${users.map(({ entity: user }) => user?.name).join(', ')}`,
});

export const scalingConfiguration = resource<
  apprunner.AutoScalingConfigurationVersion,
  apprunner.AutoScalingConfigurationVersionArgs
>({
  token: 'aws:apprunner/autoScalingConfigurationVersion:AutoScalingConfigurationVersion',
  replaceOn: ['autoScalingConfigurationName', 'maxConcurrency', 'maxSize', 'minSize'],
  defaults: { maxConcurrency: 100, maxSize: 25, minSize: 1 },
  empty: ['hasAssociatedService', 'isDefault'],
  seconds: { create: 2, delete: 2 },
  id: ({ inputs, place, cloud, seed }) => {
    const { autoScalingConfigurationName: name } = inputs;
    const revisions = cloud.list({ token: scalingToken }).map(({ id }) => id.split('/'));
    const last = Math.max(0, ...revisions.filter((parts) => parts[1] === name).map((parts) => Number(parts[2])));
    return arn('apprunner', place, `autoscalingconfiguration/${name}/${last + 1}/${seed.hex(32)}`);
  },
  outputs: ({ id }) => ({
    arn: id,
    autoScalingConfigurationRevision: Number(id.split('/')[2]),
    latest: true,
    status: 'active',
  }),
  inUse: (entity) =>
    `InvalidRequestException: Auto scaling configuration ${entity.id} is associated with a service and cannot be deleted`,
});
const scalingToken = 'aws:apprunner/autoScalingConfigurationVersion:AutoScalingConfigurationVersion';

/** They have no room for interfaces of App Runner. Reported; AWS publishes no list. */
const zonesWithoutConnectors = ['use1-az3', 'apne1-az3'];

const source = 'https://docs.aws.amazon.com/apprunner/latest/api/API_CreateVpcConnector.html';
const namePattern = /^[A-Za-z0-9][A-Za-z0-9_-]*$/;

/** Undefined, or why this is no name for something of App Runner. */
export function refuseName(property: string, name: string, longest: number): string | undefined {
  return namePattern.test(name) && name.length >= 4 && name.length <= longest
    ? undefined
    : `InvalidParameterException: Value '${name}' at '${property}' failed to satisfy constraint: Member must have length less than or equal to ${longest}, greater than or equal to 4, and satisfy regular expression pattern: [A-Za-z0-9][A-Za-z0-9-_]* (it has ${name.length} characters)`;
}

export const connectionRules = [
  inputRule({
    id: 'aws.apprunner.connector-name',
    refuses: 'A name of a VPC connector other than 4 to 40 letters, digits, hyphens and underscores.',
    source,
    types: vpcConnector,
    check: ({ inputs }) => refuseName('vpcConnectorName', inputs.vpcConnectorName, 40),
  }),
  applyRule({
    id: 'aws.apprunner.connector-network',
    refuses: 'A VPC connector into subnets or security groups that do not exist or are of several VPCs.',
    source: 'https://docs.aws.amazon.com/apprunner/latest/dg/network-vpc.html',
    types: vpcConnector,
    check: ({ inputs, cloud, place }) => {
      if (inputs.subnets.length === 0) return 'InvalidRequestException: subnets must name at least one subnet';
      const missing = inputs.subnets.find((id) => !findSubnet(cloud, id, place.region));
      if (missing !== undefined) {
        return `InvalidRequestException: The subnet ID '${missing}' does not exist (subnets)`;
      }
      const stranger = inputs.securityGroups.find((id) => !findGroup(cloud, id, place.region));
      if (stranger !== undefined) {
        return `InvalidRequestException: The security group '${stranger}' does not exist (securityGroups)`;
      }
      const vpcs = new Set([
        ...inputs.subnets.map((id) => findSubnet(cloud, id, place.region)?.vpcId),
        ...inputs.securityGroups.map((id) => findGroup(cloud, id, place.region)?.vpcId),
      ]);
      return vpcs.size === 1
        ? undefined
        : `InvalidRequestException: subnets and securityGroups must be of one VPC, not of ${[...vpcs].join(', ')}`;
    },
  }),
  applyRule({
    id: 'aws.apprunner.connector-zone',
    refuses: 'A VPC connector into a zone that App Runner does not support.',
    source: 'https://docs.aws.amazon.com/apprunner/latest/dg/network-vpc.html',
    types: vpcConnector,
    check: ({ inputs, cloud, place }) =>
      inputs.subnets
        .map((id) => findSubnet(cloud, id, place.region))
        .filter((found) => found !== undefined && zonesWithoutConnectors.includes(found.zoneId))
        .map(
          (found) =>
            `InvalidRequestException: The subnet ${found?.id} is in the Availability Zone ${found?.zoneId}, which App Runner does not support (subnets)`,
        ),
  }),
  inputRule({
    id: 'aws.apprunner.scaling-name',
    refuses: 'A name of a scaling configuration other than 4 to 32 letters, digits, hyphens and underscores.',
    source: 'https://docs.aws.amazon.com/apprunner/latest/api/API_CreateAutoScalingConfiguration.html',
    types: scalingConfiguration,
    check: ({ inputs }) => refuseName('autoScalingConfigurationName', inputs.autoScalingConfigurationName, 32),
  }),
  inputRule({
    id: 'aws.apprunner.scaling-sizes',
    refuses: 'A concurrency other than 1 to 200, or fewer instances at most than at least.',
    source: 'https://docs.aws.amazon.com/apprunner/latest/api/API_CreateAutoScalingConfiguration.html',
    types: scalingConfiguration,
    check: ({ inputs: { maxConcurrency = 100, maxSize = 25, minSize = 1 } }) => {
      if (maxConcurrency < 1 || maxConcurrency > 200) {
        return `expected maxConcurrency to be in the range (1 - 200), got ${maxConcurrency}`;
      }
      if (minSize < 1 || minSize > 25) return `expected minSize to be in the range (1 - 25), got ${minSize}`;
      return maxSize < minSize
        ? `InvalidRequestException: maxSize (${maxSize}) must be at least minSize (${minSize})`
        : undefined;
    },
  }),
  applyRule({
    id: 'aws.apprunner.quota',
    refuses: 'More VPC connectors in a region than the quota of ten.',
    source: 'https://docs.aws.amazon.com/general/latest/gr/apprunner.html',
    types: vpcConnector,
    check: ({ cloud, place, previous }) =>
      !previous && cloud.list(vpcConnector).filter((other) => other.place.region === place.region).length >= 10
        ? 'ServiceQuotaExceededException: You have reached the quota of 10 VPC connectors in this region'
        : undefined,
  }),
];
