import * as docker from '@pulumi/docker';
import * as pulumi from '@pulumi/pulumi';
import { DeploymentError } from '../deployment-error';
import type { ImageEngine } from '../image';
import type { DockerScope } from './foundation';

/** The machine's engine, in the place of a registry: what the other clouds pull, it has already. */
export function createImageEngine({ names, options, command }: DockerScope): ImageEngine {
  const localName = names('service');
  const digestName = (digest: string) => `${localName}:${digest.replace(':', '-')}`;
  return {
    localName,
    keep: (name, digest) => {
      const tag = new docker.Tag('image', { sourceImage: name, targetImage: digest.apply(digestName) }, options);
      return tag.sourceImageId;
    },
    findImage: (digest) => {
      const find = (name: string) => docker.getRemoteImage({ name }, options);
      const found = find(digest).catch(() => find(digestName(digest)));
      return pulumi.output(
        found.then(
          ({ id }) => id,
          (cause) => Promise.reject(missingImage(digest, command, cause)),
        ),
      );
    },
  };
}

function missingImage(digest: string, command: string, cause: Error): Error {
  return new DeploymentError(
    `taproom:imageDigest ${digest} must be an image that this machine's Docker engine has ` +
      `(${command} images --no-trunc): load it there, or remove the setting to build an image (${cause.message})`,
  );
}
