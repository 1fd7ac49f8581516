import { isDeepStrictEqual } from 'node:util';
import type { Service } from '@pulumi/aws/apprunner';
import * as pulumi from '@pulumi/pulumi';
import { DeploymentError } from '../deployment-error';

/** What an update changes of the service, and what a roll-back takes back. */
export type ReleaseInputs = {
  imageIdentifier: pulumi.Output<string>;
  environment: {
    runtimeEnvironmentVariables: pulumi.Output<Record<string, string>>;
    runtimeEnvironmentSecrets: pulumi.Output<Record<string, string>>;
  };
  size: { cpu: string; memory: string };
};

/**
 * The host, once it is sure that it runs what was asked for. App Runner takes a failed update back and is RUNNING
 * again, and the provider calls that a success (apprunner-roadmap#209, #272); but what it then reads back is the old
 * release.
 */
export function refuseRollBack(
  name: string,
  running: Service,
  { release, logsCommand }: { release: ReleaseInputs; logsCommand: pulumi.Output<string> },
): pulumi.Output<string> {
  const { sourceConfiguration, instanceConfiguration } = running;
  const found = pulumi.all([sourceConfiguration, instanceConfiguration]).apply(([{ imageRepository }, instance]) => ({
    imageIdentifier: imageRepository?.imageIdentifier,
    environment: {
      runtimeEnvironmentVariables: imageRepository?.imageConfiguration?.runtimeEnvironmentVariables,
      runtimeEnvironmentSecrets: imageRepository?.imageConfiguration?.runtimeEnvironmentSecrets,
    },
    size: { cpu: instance.cpu, memory: instance.memory },
  }));
  return pulumi
    .all([running.serviceUrl, found, pulumi.output(release), logsCommand])
    .apply(([host, actual, wanted, logs]) => {
      if (isDeepStrictEqual(actual, wanted)) return host;
      throw new DeploymentError(
        `${name}: App Runner rolled the update back: it runs ${actual.imageIdentifier}, not ${wanted.imageIdentifier} ` +
          `with its variables and size. Why is in the log: ${logs}`,
      );
    });
}
