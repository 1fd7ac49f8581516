import * as vpc from '@pulumi/aws/vpc';
import type * as pulumi from '@pulumi/pulumi';
import { connectToStores } from './connect-to-stores';
import type { AwsFoundation } from './foundation';

export type ExpressNetwork = {
  /** Public ones: the load balancer then faces the internet, and tasks have addresses of their own. */
  subnetIds: pulumi.Output<string>[];
  groupId: pulumi.Output<string>;
  ready: pulumi.Resource[];
};

/**
 * Where tasks run, and what they reach: the stores, and by HTTPS the registry, the secrets and the logs. The way in from the
 * load balancer is not here: AWS adds a security group of its own for it. Source:
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/express-service-work.html
 */
export function createExpressNetwork(
  name: string,
  foundation: AwsFoundation,
  options: pulumi.CustomResourceOptions,
): ExpressNetwork {
  const connection = connectToStores(name, foundation, options);
  const toAws = new vpc.SecurityGroupEgressRule(
    `${name}-to-aws`,
    {
      securityGroupId: connection.groupId,
      ipProtocol: 'tcp',
      fromPort: 443,
      toPort: 443,
      cidrIpv4: '0.0.0.0/0',
      description: 'registry, secrets and logs of AWS',
    },
    options,
  );
  const { ids, ready } = foundation.network.publicSubnets();
  return { subnetIds: ids, groupId: connection.groupId, ready: [...connection.ready, toAws, ...ready] };
}
