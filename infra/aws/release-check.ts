import { isDeepStrictEqual } from 'node:util';
import * as pulumi from '@pulumi/pulumi';
import { DeploymentError } from '../deployment-error';

/** What an update changes of a service, and what a roll-back takes back. */
export type Release = {
  /** Undefined: what was read back has none. */
  image: string | undefined;
  variables: Record<string, string> | undefined;
  /** References by variable. */
  secrets: Record<string, string> | undefined;
  size: { cpu: string | undefined; memory: string | undefined };
};

export type ReleaseCheck = {
  /** Who takes a failed update back in silence. */
  platform: string;
  wanted: pulumi.Input<Release>;
  /** As it was read back after the update. */
  found: pulumi.Input<Release>;
  /** Given on when all is well. */
  host: pulumi.Output<string>;
  /** A sentence that says where or what the cause is. */
  cause: pulumi.Input<string>;
};

/**
 * The host, once it is sure that what runs is what was asked for. A platform that rolls a failed update back is well
 * again, which a provider may call a success; but what it then reads back is the old release.
 */
export function refuseRollBack(name: string, check: ReleaseCheck): pulumi.Output<string> {
  const { platform, wanted, found, host, cause } = check;
  return pulumi
    .all([host, pulumi.output(wanted), pulumi.output(found), cause])
    .apply(([address, asked, actual, why]) => {
      if (isDeepStrictEqual(actual, asked)) return address;
      throw new DeploymentError(
        `${name}: ${platform} rolled the update back: it runs ${actual.image}, not ${asked.image} with its variables ` +
          `and size. ${why}`,
      );
    });
}
