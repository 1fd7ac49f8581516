import path from 'node:path';
import * as dockerBuild from '@pulumi/docker-build';
import * as pulumi from '@pulumi/pulumi';
import type { StackConfig } from './config';
import { contentTag } from './content-tag';
import { DeploymentError } from './deployment-error';

/** One image as one platform takes it: always by digest or id, never by tag. */
export type ImageRef = {
  /** Of the build: the same for every platform. */
  digest: pulumi.Output<string>;
  /** `repository@digest`, or the id of an image that the platform's own engine has. */
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

/** The Docker engine of a cloud that pulls from no registry: images are loaded into it. */
export type ImageEngine = {
  /** What the stack's images are called in it, without tag. */
  localName: string;
  /** Makes the image that was loaded as `name` known by its digest too. Gives its id in the engine, often another one. */
  keep(name: pulumi.Output<string>, digest: pulumi.Output<string>): pulumi.Output<string>;
  /** The id of the image of that digest or id. Rejects when the engine has none. */
  findImage(digest: string): pulumi.Output<string>;
};

/** What a cloud takes the image from. */
export type ImageSource = Registry | ImageEngine;

/** Timestamps in layers are cut to this moment (1980-01-01, the oldest that a ZIP file can hold). */
const sourceDateEpoch = '315532800';
const platform = 'linux/amd64';

/**
 * The image for every cloud, under one digest: built once, pushed to all registries and loaded into the engines, or, with
 * `taproom:imageDigest`, the one that is already there. Sources are by the name of their cloud.
 */
export function createImage(
  config: Pick<StackConfig, 'imageDigest' | 'build'>,
  sources: Record<string, ImageSource>,
): { digest: pulumi.Output<string>; in(cloud: string): ImageRef } {
  // Sorted, so that the order of taproom:targets does not change the image's inputs.
  const sorted = Object.entries(sources).sort(([a], [b]) => (a < b ? -1 : 1));
  const registries = sorted.flatMap(([cloud, source]) => (isRegistry(source) ? [{ cloud, ...source }] : []));
  const engines = sorted.flatMap(([cloud, source]) => (isRegistry(source) ? [] : [{ cloud, ...source }]));
  const { digest, ids } =
    config.imageDigest === ''
      ? buildImage(config.build, { registries, engines })
      : findImage(config.imageDigest, { registries, engines });
  const references = new Map([
    ...registries.map(({ cloud, repository }) => [cloud, pulumi.interpolate`${repository}@${digest}`] as const),
    ...engines.map(({ cloud }, index) => [cloud, ids[index]] as const),
  ]);
  return {
    digest,
    in: (cloud) => {
      const reference = references.get(cloud);
      if (reference === undefined) throw new Error(`${cloud} has no image`);
      return { digest, reference };
    },
  };
}

type Sources = { registries: readonly Registry[]; engines: readonly ImageEngine[] };
/** `ids`: in the engines, in their order. */
type FoundImage = { digest: pulumi.Output<string>; ids: pulumi.Output<string>[] };

function isRegistry(source: ImageSource): source is Registry {
  return 'login' in source;
}

/** All that decides an image's digest, and the tag made of it: the same for a stack and for the delivery. */
export function imageRecipe(build: Pick<StackConfig['build'], 'buildImage' | 'runtimeImage'>) {
  const context = path.resolve(__dirname, '..');
  const buildArgs: Record<string, string> = { SOURCE_DATE_EPOCH: sourceDateEpoch };
  if (build.buildImage !== '') buildArgs.BUILD_IMAGE = build.buildImage;
  if (build.runtimeImage !== '') buildArgs.RUNTIME_IMAGE = build.runtimeImage;
  return { context, platform, buildArgs, tag: contentTag(context, { buildArgs, platform }) };
}

function buildImage(build: StackConfig['build'], { registries, engines }: Sources): FoundImage {
  const { context, buildArgs, tag } = imageRecipe(build);
  // Every export gets every tag: a name without a registry would be pushed to Docker Hub, so registries' names come first.
  const names =
    registries.length > 0
      ? registries.map(({ repository }) => pulumi.interpolate`${repository}:${tag}`)
      : engines.map(({ localName }) => pulumi.output(`${localName}:${tag}`));
  const image = new dockerBuild.Image(
    'image',
    {
      // Relative to the program's folder: the same in every clone, since the state keeps it.
      context: { location: path.relative(process.cwd(), context) || '.' },
      platforms: [platform],
      buildArgs,
      tags: names,
      registries: registries.map((registry) => {
        const { username, password } = registry.login();
        return { address: registry.repository, username, password: pulumi.secret(password) };
      }),
      push: false,
      ...exportsTo({ registries, engines }),
      ...(build.builder === '' ? {} : { builder: { name: build.builder } }),
      // A preview never pushes, so a build there could only be thrown away.
      buildOnPreview: false,
    },
    // Older stacks of the same repository, and roll-backs, go on needing the tags.
    { retainOnDelete: true },
  );
  // Derived from inputs that hold a password, but no secret itself.
  const digest = pulumi.unsecret(image.digest);
  const [firstName = pulumi.output('')] = names;
  const loaded = pulumi.all([firstName, digest]).apply(([name]) => name);
  return { digest, ids: engines.map((engine) => engine.keep(loaded, digest)) };
}

/**
 * `push` has no way to say rewrite-timestamp; the raw export is what it stands for, with it. The push comes last, since of
 * several exports the last one's digest is the image's. Several need BuildKit 0.13.
 * Sources: https://github.com/moby/buildkit/blob/master/docs/build-repro.md,
 * https://github.com/moby/buildkit/blob/v0.31.0/solver/llbsolver/solver.go (runExporters)
 */
function exportsTo({ registries, engines }: Sources): { load?: boolean; exports?: { raw: string }[] } {
  const push = { raw: 'type=image,push=true,rewrite-timestamp=true' };
  if (engines.length === 0) return { exports: [push] };
  // Without rewrite-timestamp, which an engine that unpacks what it builds itself refuses.
  if (registries.length === 0) return { load: true };
  return { exports: [{ raw: 'type=docker,rewrite-timestamp=true' }, push] };
}

/** Why `taproom:imageDigest` cannot be deployed, for a registry's `checkImage`. */
export function missingImage(digest: string, repository: string, cause: Error): Error {
  return new DeploymentError(
    `taproom:imageDigest ${digest} must be in ${repository}: push it there, or remove the setting to build an image ` +
      `(${cause.message})`,
  );
}

function findImage(digest: string, { registries, engines }: Sources): FoundImage {
  const ids = engines.map((engine) => engine.findImage(digest));
  const checks = [...registries.map(({ checkImage }) => checkImage(digest)), ...ids];
  return { digest: pulumi.all(checks).apply(() => digest), ids };
}
