import * as docker from '@pulumi/docker';
import * as pulumi from '@pulumi/pulumi';
import { shortHash } from '../names';
import type { DockerScope } from './foundation';

/** Where every container finds its own. */
export const credentialsFolder = '/run/credentials';

export type Credentials = {
  /** For the `volumes` of the one container that reads them. */
  volume: { volumeName: pulumi.Output<string>; containerPath: string; readOnly: true };
  /** For the reader's `labels`: other contents make another container, so that it reads them. */
  label: { label: string; value: pulumi.Output<string> };
  ready: pulumi.Resource[];
};

/**
 * Files in a volume that only their reader mounts, since an environment is shown by `docker inspect`. They are put there
 * through a container that never starts: Docker writes nothing into one that is read-only, as their readers are.
 * Source: https://docs.docker.com/reference/cli/docker/container/cp/
 */
export function createCredentials(
  part: string,
  files: Record<string, pulumi.Output<string>>,
  { names, labels, options, postgresImage }: DockerScope,
): Credentials {
  const name = names(`${part}-credentials`);
  const volume = new docker.Volume(`${part}-credentials`, { name, labels }, options);
  const carrier = new docker.Container(
    `${part}-credentials`,
    {
      name,
      image: postgresImage,
      start: false,
      mustRun: false,
      // Said, since the provider would plan it anew each time for an image that has none.
      healthcheck: { tests: ['NONE'] },
      networkMode: 'none',
      // Said, as the provider reads it back.
      volumes: [{ volumeName: volume.name, containerPath: credentialsFolder, readOnly: false }],
      uploads: Object.entries(files).map(([file, content]) => ({
        file: `${credentialsFolder}/${file}`,
        content: pulumi.secret(content),
        permissions: '0444',
      })),
      labels,
    },
    { ...options, deleteBeforeReplace: true },
  );
  const value = pulumi.secret(pulumi.all(Object.values(files)).apply((contents) => shortHash(...contents)));
  return {
    volume: { volumeName: volume.name, containerPath: credentialsFolder, readOnly: true },
    label: { label: 'credentials', value },
    ready: [carrier],
  };
}

/** The text of a file for `node --env-file`. */
export function envFile(variables: Record<string, pulumi.Output<string>>): pulumi.Output<string> {
  return pulumi.all(variables).apply((values) =>
    Object.entries(values)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
  );
}

/** Variables as a container takes them. */
export function envList(variables: Record<string, pulumi.Output<string>>): pulumi.Output<string[]> {
  return pulumi.all(variables).apply((values) => Object.entries(values).map(([name, value]) => `${name}=${value}`));
}
