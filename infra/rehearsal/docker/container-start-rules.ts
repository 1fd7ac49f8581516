import { createServer } from 'node:net';
import { operationRule } from '../rules';
import { type ContainerInputs, containerType } from './container-type';
import { healthCommand } from './health';
import { parseStoreImage } from './images';
import { findNetwork } from './network';

const provider =
  'https://github.com/kreuzwerker/terraform-provider-docker/blob/master/internal/provider/resource_docker_container_funcs.go';

/** What is found when a container starts: it exists by then. */
export const startRules = [
  operationRule({
    id: 'docker.container.port-allocated',
    refuses: 'A port of the machine that another container publishes, or another process listens on.',
    source: 'https://docs.docker.com/engine/network/port-publishing/',
    types: containerType,
    check: async ({ inputs, cloud, id }) => {
      const published = cloud.list(containerType).filter((other) => other.id !== id && other.inputs.start !== false);
      const taken = published.flatMap(({ inputs: { ports = [] } }) => ports.map(({ external }) => external));
      const findings: string[] = [];
      for (const { external, ip = '0.0.0.0' } of inputs.ports ?? []) {
        if (external === undefined) continue;
        const why = taken.includes(external)
          ? `Bind for ${ip}:${external} failed: port is already allocated`
          : (await isFree(external))
            ? undefined
            : `listen tcp4 ${ip}:${external}: bind: address already in use`;
        if (why === undefined) continue;
        findings.push(
          `Unable to start container: Error response from daemon: driver failed programming external connectivity on endpoint ${inputs.name}: ${why}`,
        );
      }
      return findings;
    },
  }),
  operationRule({
    id: 'docker.container.network-exists',
    refuses: 'A network that is not there.',
    source: 'https://docs.docker.com/reference/cli/docker/network/connect/',
    types: containerType,
    check: ({ inputs, cloud }) =>
      (inputs.networksAdvanced ?? []).flatMap(({ name }) =>
        findNetwork(cloud, name)
          ? []
          : [`Unable to connect to network '${name}': Error response from daemon: network ${name} not found`],
      ),
  }),
  operationRule({
    id: 'docker.container.wait-needs-health-check',
    refuses: 'Waiting for the health of a container that has no health check.',
    source: provider,
    types: containerType,
    check: ({ inputs }) => (inputs.wait && !hasHealthCheck(inputs) ? noHealthCheck : undefined),
  }),
];

const noHealthCheck =
  "you have supplied a 'wait' argument, but the container does not have a healthcheck defined. Please remove the 'wait' argument or add a 'healthcheck' attribute";

/** An image that was built may have one of its own; those of Postgres and Redis have none. */
function hasHealthCheck(inputs: ContainerInputs): boolean {
  const { healthcheck, image } = inputs;
  return healthCommand(inputs) !== undefined || (healthcheck?.tests === undefined && !parseStoreImage(image));
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
