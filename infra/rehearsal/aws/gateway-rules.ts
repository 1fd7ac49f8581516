import { table } from '../cloud/cloud';
import { applyRule, deleteRule, graphRule } from '../rules';
import { loadBalancer } from './load-balancer';
import { internetGateway, natGateway } from './routes';

/** What else has a public address in a VPC, such as a task of ECS: the VPC's id, by a name for messages. */
export const publicAddresses = table<string>('public addresses of VPCs');

export const gatewayRules = [
  applyRule({
    id: 'aws.ec2.nat-gateway-address',
    refuses: 'A NAT gateway with the address of another one.',
    source: 'https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-troubleshooting.html',
    types: natGateway,
    check: ({ id, inputs, cloud }) => {
      const other = cloud
        .list(natGateway)
        .some((candidate) => candidate.id !== id && candidate.inputs.allocationId === inputs.allocationId);
      return inputs.allocationId !== undefined && other
        ? `Resource.AlreadyAssociated: Elastic IP address [${inputs.allocationId}] is already associated (allocationId)`
        : undefined;
    },
  }),
  deleteRule({
    id: 'aws.ec2.internet-gateway-in-use',
    refuses: 'The deletion of an internet gateway while something in its VPC has a public address.',
    source: 'https://docs.aws.amazon.com/vpc/latest/userguide/working-with-igw.html#delete-igw',
    types: internetGateway,
    check: ({ entity, cloud }) => {
      const { vpcId } = entity.outputs;
      const users = [
        ...cloud.list(loadBalancer).filter(({ outputs }) => outputs.vpcId === vpcId && !outputs.internal),
        ...cloud
          .list(natGateway)
          .filter(({ inputs, outputs }) => outputs.vpcId === vpcId && inputs.allocationId !== undefined),
      ].map(({ name }) => name);
      const others = [...cloud.table(publicAddresses)].filter(([, home]) => home === vpcId).map(([name]) => name);
      const all = [...users, ...others];
      return all.length > 0
        ? `DependencyViolation: Network ${vpcId} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway. (${all.join(', ')})`
        : undefined;
    },
  }),
  graphRule({
    id: 'aws.order.internet-gateway',
    refuses:
      'A load balancer on the internet, or a NAT gateway, that does not wait for the internet gateway of its VPC.',
    source: 'https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html',
    types: [loadBalancer, natGateway, internetGateway],
    check: (graph) =>
      graph.ofType(internetGateway).flatMap((gateway) =>
        [...graph.ofType(loadBalancer), ...graph.ofType(natGateway)]
          .filter(({ outputs }) => outputs.vpcId === gateway.outputs.vpcId && outputs.internal !== true)
          .filter((user) => !graph.dependsOn(user, gateway))
          .map((user) => ({
            urn: user.urn,
            message: `${user.name} must wait for ${gateway.name} (dependsOn): it cannot be made without, and the gateway not go before it`,
          })),
      ),
  }),
];
