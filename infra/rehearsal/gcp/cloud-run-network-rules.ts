import { overlaps } from '../cloud/cidr';
import type { Cloud } from '../cloud/cloud';
import { applyRule, type Rule } from '../rules';
import { jobType, serviceType, type Workload, workloadOf } from './cloud-run-workload';
import { notFound } from './google-error';
import { findNetwork, findSubnetwork } from './network';
import { parseRange } from './ranges';

const both = [serviceType, jobType];
const directVpc = 'https://docs.cloud.google.com/run/docs/configuring/vpc-direct-vpc';

/** Cloud Run's own; a subnetwork there answers to nobody. Source: https://docs.cloud.google.com/run/docs/configuring/vpc-direct-vpc#limitations */
const ownRange = '192.168.1.0/24';

/** What Cloud Run refuses of the way into a VPC. */
export const runNetworkRules: readonly Rule[] = [
  applyRule({
    id: 'gcp.run.subnetwork-exists',
    refuses:
      'Direct egress into a network or subnetwork that does not exist, is of another region, or is not in that network.',
    source: directVpc,
    types: both,
    check: ({ inputs, cloud }) =>
      (workloadOf(inputs).vpcAccess?.networkInterfaces ?? []).flatMap(({ network, subnetwork }) => {
        const found = subnetwork === undefined ? undefined : findSubnetwork(cloud, subnetwork);
        if (network !== undefined && !findNetwork(cloud, network)) return [notFound('The network', network)];
        if (subnetwork !== undefined && !found) return [notFound('The subnetwork', subnetwork)];
        if (!found) return [];
        return [
          ...(found.place.region === inputs.location
            ? []
            : [`The subnetwork ${found.id} must be in the region of the service, ${inputs.location}`]),
          ...(network === undefined || findNetwork(cloud, network) === findNetwork(cloud, found.inputs.network)
            ? []
            : [`The subnetwork ${found.id} is not in the network ${network}`]),
        ];
      }),
  }),
  applyRule({
    id: 'gcp.run.subnetwork-size',
    refuses: 'Direct egress through a subnetwork that is smaller than a /26.',
    source: `${directVpc}#ip-allocation`,
    types: both,
    check: ({ inputs, cloud }) =>
      subnetworksOf(cloud, workloadOf(inputs)).flatMap(({ id, outputs }) =>
        (parseRange(outputs.ipCidrRange)?.bits ?? 0) > 26
          ? [
              `The subnetwork ${id} (${outputs.ipCidrRange}) does not have enough addresses: Direct VPC egress needs a /26 at least.`,
            ]
          : [],
      ),
  }),
  applyRule({
    id: 'gcp.run.subnetwork-range',
    refuses: `Direct egress through a subnetwork in ${ownRange}, which Cloud Run uses itself.`,
    source: `${directVpc}#limitations`,
    types: both,
    check: ({ inputs, cloud }) =>
      subnetworksOf(cloud, workloadOf(inputs)).flatMap(({ id, outputs }) => {
        const [range, own] = [parseRange(outputs.ipCidrRange), parseRange(ownRange)];
        return range && own && overlaps(range, own)
          ? [`The subnetwork ${id} (${outputs.ipCidrRange}) overlaps ${ownRange}, which Cloud Run uses itself.`]
          : [];
      }),
  }),
];

function subnetworksOf(cloud: Cloud, workload: Workload) {
  return (workload.vpcAccess?.networkInterfaces ?? []).flatMap(({ subnetwork }) =>
    subnetwork === undefined ? [] : (findSubnetwork(cloud, subnetwork) ?? []),
  );
}
