import * as pulumi from '@pulumi/pulumi';
import type { createAws } from './aws/create-aws';
import type { createGoogle } from './gcp/create-google';
import type { Purpose } from './purposes';

type Values = Record<string, pulumi.Input<string>>;

/** Everything that the workflows read of `vars`. None of it is a secret: identities come from OpenID Connect. */
export const variableNames = {
  repository: [
    ...['PULUMI_BACKEND_URL', 'PULUMI_SECRETS_PROVIDER', 'PREVIEW_STACKS', 'PERMISSIONS_BOUNDARIES'],
    ...['AWS_REGION', 'IMAGE_REPOSITORY_AWS', 'AWS_IMAGE_ROLE', 'AWS_PREVIEW_ROLE', 'AWS_DRIFT_ROLE'],
    ...['GCP_PROJECT', 'IMAGE_REPOSITORY_GCP'],
    ...['IMAGE', 'PREVIEW', 'DRIFT'].flatMap((what) => [`GCP_${what}_PROVIDER`, `GCP_${what}_ACCOUNT`]),
  ],
  environment: ['AWS_DEPLOY_ROLE', 'GCP_DEPLOY_PROVIDER', 'GCP_DEPLOY_ACCOUNT'],
} as const;

type Made = {
  purposes: readonly Purpose[];
  previewedStacks: readonly string[];
  aws: ReturnType<typeof createAws>;
  google: ReturnType<typeof createGoogle>;
};

/** GitHub's variables, as `set-variables` of the delivery sets them: for the repository, and for each environment. */
export function githubVariables({ purposes, previewedStacks, aws, google }: Made): pulumi.Output<{
  repository: Record<string, string>;
  environments: Record<string, Record<string, string>>;
}> {
  const state = aws?.state ?? google?.state;
  const repository: Values = { PREVIEW_STACKS: JSON.stringify(previewedStacks) };
  if (state !== undefined) {
    repository.PULUMI_BACKEND_URL = state.backendUrl;
    repository.PULUMI_SECRETS_PROVIDER = state.secretsProvider;
  }
  if (aws !== undefined) {
    const byEnvironment = purposes.flatMap(({ name, environment }) =>
      environment === undefined ? [] : [[environment, aws.boundaries[name]] as const],
    );
    Object.assign(repository, {
      AWS_REGION: aws.region,
      IMAGE_REPOSITORY_AWS: aws.images.address,
      PERMISSIONS_BOUNDARIES: pulumi.jsonStringify(Object.fromEntries(byEnvironment)),
    });
  }
  if (google !== undefined) {
    Object.assign(repository, { GCP_PROJECT: google.project, IMAGE_REPOSITORY_GCP: google.images.address });
  }
  const environments: Record<string, Values> = {};
  for (const { name, variable, environment } of purposes) {
    const values = identityOf({ name, variable, aws, google });
    if (environment === undefined) Object.assign(repository, values);
    else environments[environment] = values;
  }
  return pulumi.output({ repository, environments });
}

function identityOf({
  name,
  variable,
  aws,
  google,
}: Pick<Purpose, 'name' | 'variable'> & Pick<Made, 'aws' | 'google'>) {
  const role = aws?.roles[name];
  const identity = google?.identities[name];
  const values: Values = {};
  if (role !== undefined) values[`AWS_${variable}_ROLE`] = role;
  if (identity !== undefined) {
    values[`GCP_${variable}_PROVIDER`] = identity.provider;
    values[`GCP_${variable}_ACCOUNT`] = identity.account;
  }
  return values;
}
