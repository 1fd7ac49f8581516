import type * as docker from '@pulumi/docker';
import * as pulumi from '@pulumi/pulumi';
import { DeploymentError } from '../deployment-error';

/** For a container that runs once: `up` waits for its end, and keeps what it wrote. */
export const oneShot = { attach: true, logs: true, mustRun: false, restart: 'no' };

/**
 * The container once it has ended well; what waits for it is not touched otherwise. The provider waits for the end, and calls
 * every end a success (https://github.com/kreuzwerker/terraform-provider-docker/blob/master/internal/provider/resource_docker_container_funcs.go).
 */
export function successOf(container: docker.Container, problem: string): pulumi.Output<docker.Container> {
  const { exitCode, containerLogs, urn } = container;
  return pulumi.all([exitCode, containerLogs, urn]).apply(([code, logs, name]) => {
    if (code === 0) return container;
    throw new DeploymentError(
      `docker: ${problem}: ended with code ${code}; the release before it is left as it was. ` +
        `To try the same image again: pulumi up --replace '${name}'. Its last lines:\n${lastLines(logs)}`,
    );
  });
}

function lastLines(logs: string): string {
  const lines = logs.trimEnd().split('\n').slice(-10);
  return lines.map((line) => (line.length > 400 ? `${line.slice(0, 400)}...` : line)).join('\n');
}
