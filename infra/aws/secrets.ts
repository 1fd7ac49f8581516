import * as secretsmanager from '@pulumi/aws/secretsmanager';
import * as pulumi from '@pulumi/pulumi';
import type { ServiceEnv } from '../service-env';
import type { AwsScope } from './foundation';

/** One reader's secret: what it may read, and how it refers to each variable. */
export type ReaderSecret = {
  arn: pulumi.Output<string>;
  /** Another one for other values. */
  versionId: pulumi.Output<string>;
  /** By variable: `arn:KEY::version`, so that a new value is a new reference and rolls out. */
  references: Record<string, pulumi.Output<string>>;
};

/** Keeps all secrets of one reader as one JSON object, so that its role needs that one secret and no more. */
export function createReaderSecret(
  reader: string,
  variables: ServiceEnv['secrets'],
  { names, suffix, protect, options }: AwsScope,
): ReaderSecret {
  const secret = new secretsmanager.Secret(
    `${reader}-secret`,
    {
      // A deleted secret's name stays taken while it can be restored.
      name: pulumi.interpolate`${names('secret', reader)}-${suffix}`,
      description: `variables of ${reader}`,
      recoveryWindowInDays: protect ? 30 : 0,
    },
    options,
  );
  const version = new secretsmanager.SecretVersion(
    `${reader}-secret`,
    { secretId: secret.id, secretString: pulumi.secret(pulumi.jsonStringify(variables)) },
    options,
  );
  const reference = (variable: string) => pulumi.interpolate`${secret.arn}:${variable}::${version.versionId}`;
  return {
    arn: secret.arn,
    versionId: version.versionId,
    references: Object.fromEntries(Object.keys(variables).map((variable) => [variable, reference(variable)])),
  };
}
