import { endpointFunctions } from './endpoint-functions';
import { endpointRules } from './endpoint-rules';
import { endpointRoute, vpcEndpoint } from './endpoints';
import { gatewayRules } from './gateway-rules';
import { routeRules } from './route-rules';
import { eip, internetGateway, natGateway, route, routeTable, routeTableAssociation } from './routes';
import { securityGroupRules } from './security-group-rules';
import { egressRule, ingressRule, securityGroup, securityGroupRule } from './security-groups';
import { subnet, vpc } from './vpc';
import { vpcRules } from './vpc-rules';

/** The network of a region: VPCs, subnets, security groups and routes. Peering is not simulated. */
export const networkSimulation = {
  resources: [
    vpc,
    subnet,
    securityGroup,
    ingressRule,
    egressRule,
    securityGroupRule,
    routeTable,
    route,
    routeTableAssociation,
    internetGateway,
    natGateway,
    eip,
    vpcEndpoint,
    endpointRoute,
  ],
  functions: endpointFunctions,
  rules: [...vpcRules, ...securityGroupRules, ...routeRules, ...gatewayRules, ...endpointRules],
};
