import { getAuthorizationToken, getImage, getImages, lifecyclePolicy, repository, repositoryPolicy } from './ecr';
import { ecrRules } from './ecr-rules';

export const ecrSimulation = {
  resources: [repository, repositoryPolicy, lifecyclePolicy],
  functions: [getAuthorizationToken, getImage, getImages],
  rules: ecrRules,
};
