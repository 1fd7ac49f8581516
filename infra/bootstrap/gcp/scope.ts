import type * as pulumi from '@pulumi/pulumi';

/** What every file of this folder needs. */
export type GoogleScope = {
  project: string;
  region: string;
  /** Parent of the resources, and the APIs that they wait for. */
  options: pulumi.CustomResourceOptions;
  protect: boolean;
};
