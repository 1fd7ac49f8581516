import type { ExpressGatewayService } from '@pulumi/aws/ecs';
import * as pulumi from '@pulumi/pulumi';
import { DeploymentError } from '../deployment-error';
import { type Release, refuseRollBack } from './release-check';

/** What an update changes of the service. */
export type ExpressRelease = {
  image: pulumi.Output<string>;
  variables: pulumi.Output<Record<string, string>>;
  secrets: pulumi.Output<Record<string, string>>;
  size: { cpu: string; memory: string };
};

/** Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/express-service-update-full.html */
const whyRolledBack =
  'ECS does so where a new task does not answer 200 to the health check, and where more than 1 % of the answers during the ' +
  'update are 4xx or 5xx: see "ECS Express and 4xx" in infra/README.md.';

/**
 * The service's public host, unless the update was rolled back. The provider waits for the deployment and fails with it; but
 * it may take the one before for it, which has succeeded long ago, so what it reads back is compared.
 */
export function hostOfRelease(
  name: string,
  running: ExpressGatewayService,
  { release, logsCommand }: { release: ExpressRelease; logsCommand: pulumi.Output<string> },
): pulumi.Output<string> {
  const found = pulumi
    .all([running.primaryContainer, running.cpu, running.memory])
    .apply(([{ image, environments = [], secrets = [] }, cpu, memory]): Release => {
      const variables = Object.fromEntries(environments.map((variable) => [variable.name, variable.value]));
      const references = Object.fromEntries(secrets.map((secret) => [secret.name, secret.valueFrom]));
      return { image, variables, secrets: references, size: { cpu, memory } };
    });
  return refuseRollBack(name, {
    platform: 'ECS',
    host: running.ingressPaths.apply((paths) => publicHost(name, paths)),
    wanted: pulumi.output(release),
    found,
    cause: pulumi.interpolate`${whyRolledBack} The tasks' log: ${logsCommand}`,
  });
}

/** AWS gives it with a scheme at some times, and without at others. */
function publicHost(name: string, paths: { accessType: string; endpoint: string }[]): string {
  const path = paths.find(({ accessType }) => accessType === 'PUBLIC');
  if (path === undefined) throw new DeploymentError(`${name}: ECS gave the service no public address`);
  return path.endpoint.replace(/^https?:\/\//, '').replace(/\/+$/, '');
}
