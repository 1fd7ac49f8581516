import * as docker from '@pulumi/docker';
import type * as pulumi from '@pulumi/pulumi';
import type { ImageRef } from '../image';
import { container } from '../target';
import type { DockerScope } from './foundation';
import { frontVersion } from './front-version';
import type { Network } from './network';
import { portCheck } from './readiness';
import { restricted } from './restricted';

/** What every container of a release is called in the front's network. Docker gives the addresses of all of them. */
export const serviceAlias = 'service';
/** Node.js, and what 1,000 connections hold on their way. */
const memoryMiB = 256;

export type FrontRequest = {
  image: ImageRef;
  network: Network;
  /** Where it is published. */
  port: number;
  /** What the image that it is made from has shown first. */
  ready: pulumi.Input<pulumi.Resource>[];
};

/**
 * Has the one port of this machine, and hands its connections to the containers of the service: while a release changes there
 * are two of them. It stays through releases, on the image that it was made from. A tag keeps that image, and is another one
 * when the front's own code or base is: then the port is closed for the moment of the change.
 */
export function createFront(
  { names, labels, runtimeImage }: DockerScope,
  { image, network, port, ready }: FrontRequest,
  options: pulumi.CustomResourceOptions,
): docker.Container {
  const version = frontVersion(runtimeImage);
  const kept = new docker.Tag(
    `front-image-${version}`,
    { sourceImage: image.reference, targetImage: `${names('front')}:${version}` },
    { ...options, ignoreChanges: ['sourceImage'] },
  );
  return new docker.Container(
    'front',
    {
      ...restricted,
      name: names('front'),
      image: kept.sourceImageId,
      entrypoints: ['node', 'server.js'],
      command: ['forward', `${serviceAlias}:${container.port}`],
      envs: [`PORT=${container.port}`],
      networksAdvanced: [{ name: network.front.name }],
      ports: [{ internal: container.port, external: port, ip: '127.0.0.1' }],
      memory: memoryMiB,
      memorySwap: memoryMiB,
      healthcheck: { tests: portCheck, interval: '5s', timeout: '3s', startPeriod: '30s', retries: 3 },
      wait: true,
      waitTimeout: 60,
      restart: 'unless-stopped',
      destroyGraceSeconds: 10,
      labels,
    },
    {
      ...options,
      // The port and the name are taken until the old one is gone.
      deleteBeforeReplace: true,
      replaceOnChanges: ['*'],
      // Engines without swap accounting give it back as -1.
      ignoreChanges: ['memorySwap'],
      dependsOn: ready,
    },
  );
}
