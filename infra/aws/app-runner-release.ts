import type { Service } from '@pulumi/aws/apprunner';
import * as pulumi from '@pulumi/pulumi';
import { type Release, refuseRollBack } from './release-check';

/** What an update changes of the service. */
export type ReleaseInputs = {
  imageIdentifier: pulumi.Output<string>;
  environment: {
    runtimeEnvironmentVariables: pulumi.Output<Record<string, string>>;
    runtimeEnvironmentSecrets: pulumi.Output<Record<string, string>>;
  };
  size: { cpu: string; memory: string };
};

/**
 * The service's host, unless App Runner took a failed update back: it is RUNNING again, and the provider calls that a
 * success (apprunner-roadmap#209, #272).
 */
export function hostOfRelease(
  name: string,
  { serviceUrl, sourceConfiguration, instanceConfiguration }: Service,
  { release, logsCommand }: { release: ReleaseInputs; logsCommand: pulumi.Output<string> },
): pulumi.Output<string> {
  const { imageIdentifier, environment, size } = release;
  return refuseRollBack(name, {
    platform: 'App Runner',
    host: serviceUrl,
    wanted: pulumi.output({
      image: imageIdentifier,
      variables: environment.runtimeEnvironmentVariables,
      secrets: environment.runtimeEnvironmentSecrets,
      size,
    }),
    found: pulumi
      .all([sourceConfiguration, instanceConfiguration])
      .apply(([{ imageRepository }, { cpu, memory }]): Release => {
        const { imageIdentifier: image, imageConfiguration } = imageRepository ?? {};
        const { runtimeEnvironmentVariables: variables, runtimeEnvironmentSecrets: secrets } = imageConfiguration ?? {};
        return { image, variables, secrets, size: { cpu, memory } };
      }),
    cause: pulumi.interpolate`Why is in the log: ${logsCommand}`,
  });
}
