import path from 'node:path';
import * as dockerBuild from '@pulumi/docker-build';
import * as pulumi from '@pulumi/pulumi';
import type { StackConfig } from './config';
import { contentTag } from './content-tag';
import { DeploymentError } from './deployment-error';

/** One image as one platform pulls it: always by digest, never by tag. */
export type ImageRef = {
  digest: pulumi.Output<string>;
  /** `repository@digest` */
  reference: pulumi.Output<string>;
};

/** Where the image of one cloud is kept. */
export type Registry = {
  /** Host and path, without tag or digest. */
  repository: pulumi.Output<string>;
  /** Who may push. Asked only when there is something to build. */
  login(): { username: pulumi.Input<string>; password: pulumi.Input<string> };
  /** Rejects when the repository has no image of that digest. */
  checkImage(digest: string): pulumi.Output<unknown>;
};

/** Timestamps in layers are cut to this moment (1980-01-01, the oldest that a ZIP file can hold). */
const sourceDateEpoch = '315532800';
const platform = 'linux/amd64';

/**
 * The image in every registry, under one digest: built once and pushed to all, or, with `taproom:imageDigest`, the one
 * that is already there. Registries are by the name of their cloud.
 */
export function createImage(
  config: Pick<StackConfig, 'imageDigest' | 'build'>,
  registries: Record<string, Registry>,
): { digest: pulumi.Output<string>; in(cloud: string): ImageRef } {
  const digest =
    config.imageDigest === '' ? buildImage(config.build, registries) : findImage(config.imageDigest, registries);
  return {
    digest,
    in: (cloud) => {
      const registry = registries[cloud];
      if (registry === undefined) throw new Error(`${cloud} has no registry`);
      return { digest, reference: pulumi.interpolate`${registry.repository}@${digest}` };
    },
  };
}

function buildImage(build: StackConfig['build'], registries: Record<string, Registry>): pulumi.Output<string> {
  const context = path.resolve(__dirname, '..');
  const buildArgs: Record<string, string> = { SOURCE_DATE_EPOCH: sourceDateEpoch };
  if (build.buildImage !== '') buildArgs.BUILD_IMAGE = build.buildImage;
  if (build.runtimeImage !== '') buildArgs.RUNTIME_IMAGE = build.runtimeImage;
  const tag = contentTag(context, { buildArgs, platform });
  // Sorted, so that the order of taproom:targets does not change the image's inputs.
  const sorted = Object.entries(registries)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, registry]) => registry);
  const image = new dockerBuild.Image(
    'image',
    {
      // Relative to the program's folder: the same in every clone, since the state keeps it.
      context: { location: path.relative(process.cwd(), context) || '.' },
      platforms: [platform],
      buildArgs,
      tags: sorted.map(({ repository }) => pulumi.interpolate`${repository}:${tag}`),
      registries: sorted.map((registry) => {
        const { username, password } = registry.login();
        return { address: registry.repository, username, password: pulumi.secret(password) };
      }),
      // `push` has no way to say rewrite-timestamp; this is what it stands for, with it.
      // Source: https://github.com/moby/buildkit/blob/master/docs/build-repro.md
      push: false,
      exports: [{ raw: 'type=image,push=true,rewrite-timestamp=true' }],
      ...(build.builder === '' ? {} : { builder: { name: build.builder } }),
      // A preview never pushes, so a build there could only be thrown away.
      buildOnPreview: false,
    },
    // Older stacks of the same repository, and roll-backs, go on needing the tags.
    { retainOnDelete: true },
  );
  // Derived from inputs that hold a password, but no secret itself.
  return pulumi.unsecret(image.digest);
}

/** Why `taproom:imageDigest` cannot be deployed, for a registry's `checkImage`. */
export function missingImage(digest: string, repository: string, cause: Error): Error {
  return new DeploymentError(
    `taproom:imageDigest ${digest} must be in ${repository}: push it there, or remove the setting to build an image ` +
      `(${cause.message})`,
  );
}

function findImage(digest: string, registries: Record<string, Registry>): pulumi.Output<string> {
  const checks = Object.values(registries).map(({ checkImage }) => checkImage(digest));
  return pulumi.all(checks).apply(() => digest);
}
