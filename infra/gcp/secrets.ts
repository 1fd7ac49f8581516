import * as secretmanager from '@pulumi/gcp/secretmanager';
import * as pulumi from '@pulumi/pulumi';
import type { ServiceEnv } from '../service-env';
import type { GcpScope } from './foundation';

/** A variable as Cloud Run takes it: a value, or one version of a secret. */
export type EnvVariable = {
  name: string;
  value?: pulumi.Output<string>;
  valueSource?: { secretKeyRef: { secret: pulumi.Output<string>; version: pulumi.Output<string> } };
};

export type ReaderEnv = {
  envs: EnvVariable[];
  /** Without these the reader's revision would not start. */
  ready: pulumi.Resource[];
};

/**
 * A reader's variables. Each secret one is a secret of its own in Secret Manager, which only the reader's service
 * account may read, and is referred to by its version, so that a new value rolls out and an old revision keeps its own.
 */
export function createReaderEnv(
  reader: string,
  { env, serviceAccount }: { env: ServiceEnv; serviceAccount: pulumi.Output<string> },
  { names, options }: GcpScope,
): ReaderEnv {
  const plain = Object.entries(env.plain).map(([name, value]) => ({ name, value }));
  const secrets = Object.entries(env.secrets).map(([name, value]) => {
    const part = `${reader}-${name.toLowerCase().replaceAll('_', '-')}`;
    const secret = new secretmanager.Secret(
      part,
      { secretId: names('secret', part), replication: { auto: {} } },
      options,
    );
    const version = new secretmanager.SecretVersion(
      part,
      { secret: secret.id, secretData: pulumi.secret(value) },
      options,
    );
    const access = new secretmanager.SecretIamMember(
      part,
      {
        secretId: secret.id,
        role: 'roles/secretmanager.secretAccessor',
        member: pulumi.interpolate`serviceAccount:${serviceAccount}`,
      },
      options,
    );
    const secretKeyRef = { secret: secret.secretId, version: version.version };
    return { variable: { name, valueSource: { secretKeyRef } }, access };
  });
  return {
    // In the order of their names, as the API tells them back.
    envs: [...plain, ...secrets.map(({ variable }) => variable)].sort((a, b) => (a.name < b.name ? -1 : 1)),
    ready: secrets.map(({ access }) => access),
  };
}
