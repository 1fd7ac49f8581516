import type * as pulumi from '@pulumi/pulumi';

/** What every file of this folder needs. */
export type AwsScope = {
  region: string;
  account: pulumi.Output<string>;
  /** Parent of the resources. */
  options: pulumi.CustomResourceOptions;
  protect: boolean;
};
