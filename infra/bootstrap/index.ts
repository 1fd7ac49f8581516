import { createAws } from './aws/create-aws';
import { loadBootstrapConfig } from './config';
import { createGoogle } from './gcp/create-google';
import { listPurposes } from './purposes';
import { githubVariables } from './variables';

/** What must be there before the first workflow runs. Deployed by hand, by somebody who may do everything. */
function bootstrap() {
  const config = loadBootstrapConfig();
  const purposes = listPurposes(config);
  const aws = createAws(config, purposes);
  const google = createGoogle(config, purposes);
  const state = aws?.state ?? google?.state;
  const { previewedStacks } = config;
  return {
    /** For `pulumi login`. */
    backend_url: state?.backendUrl,
    /** For `pulumi stack init --secrets-provider`. */
    secrets_provider: state?.secretsProvider,
    image_repositories: {
      ...(aws && { aws: aws.images.address }),
      ...(google && { gcp: google.images.address }),
    },
    github_variables: githubVariables({ purposes, previewedStacks, aws, google }),
  };
}

export = bootstrap;
