import * as ecs from '@pulumi/aws/ecs';
import * as pulumi from '@pulumi/pulumi';
import { DeploymentError } from '../deployment-error';

/**
 * The address, once it is sure that the service runs what was asked for. The provider fails when a deployment was rolled
 * back; but it keeps the inputs of that deployment, so that the next `pulumi up` finds nothing to change, with the old
 * version running. ECS itself is asked each time.
 * Source: https://github.com/hashicorp/terraform-provider-aws/issues/20858
 */
export function addressOfRelease(
  name: string,
  running: ecs.Service,
  {
    address,
    taskDefinition,
    logsCommand,
  }: { address: pulumi.Output<string>; taskDefinition: ecs.TaskDefinition; logsCommand: pulumi.Output<string> },
): pulumi.Output<string> {
  // A preview may find a deployment that failed, and must not stand in the way of the next one.
  if (pulumi.runtime.isDryRun()) return address;
  const found = ecs.getServiceOutput(
    { clusterArn: running.cluster, serviceName: running.name },
    { parent: running, dependsOn: [running] },
  );
  return pulumi
    .all([address, found.taskDefinition, found.runningCount, taskDefinition.arn, logsCommand])
    .apply(([url, actual, runningCount, wanted, logs]) => {
      const [isWanted, isRunning] = [revisionOf(actual) === revisionOf(wanted), runningCount > 0];
      if (isWanted && isRunning) return url;
      // A first deployment that failed has nothing to go back to.
      const state = isWanted
        ? `gave the deployment up: no task of ${revisionOf(wanted)} runs`
        : `rolled the deployment back: it runs ${revisionOf(actual)}, not ${revisionOf(wanted)}`;
      throw new DeploymentError(
        `${name}: ECS ${state}. ` + `Why is in the log: ${logs}. To try the same again: pulumi refresh, then pulumi up`,
      );
    });
}

/** `family:revision`, of an ARN or of itself. */
function revisionOf(taskDefinition: string): string {
  return taskDefinition.split('/').at(-1) ?? taskDefinition;
}
