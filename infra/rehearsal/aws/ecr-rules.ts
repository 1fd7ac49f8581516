import { applyRule, inputRule } from '../rules';
import { lifecyclePolicy, missingRepository, repository, repositoryPolicy } from './ecr';
import { refuseLifecycle } from './ecr-lifecycle';
import { parsePolicy, refusePolicy } from './policy-document';

const source = 'https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html';
const namePattern = /^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/;
const mutabilities = ['MUTABLE', 'IMMUTABLE', 'MUTABLE_WITH_EXCLUSION', 'IMMUTABLE_WITH_EXCLUSION'];

export const ecrRules = [
  inputRule({
    id: 'aws.ecr.repository-name',
    refuses: 'Names other than 2 to 256 lower-case letters and digits with single separators between them.',
    source,
    types: repository,
    check: ({ inputs: { name = 'generated' } }) =>
      namePattern.test(name) && name.length >= 2 && name.length <= 256
        ? undefined
        : `InvalidParameterException: Invalid parameter at 'repositoryName' failed to satisfy constraint: 'must satisfy regular expression '${namePattern.source}'' and have 2 to 256 characters (name)`,
  }),
  inputRule({
    id: 'aws.ecr.tag-mutability',
    refuses: 'A mutability of tags that does not exist, or exclusions where it has none.',
    source: 'https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html',
    types: repository,
    check: ({ inputs: { imageTagMutability = 'MUTABLE', imageTagMutabilityExclusionFilters = [] } }) => {
      if (!mutabilities.includes(imageTagMutability)) {
        return `expected imageTagMutability to be one of ${JSON.stringify(mutabilities)}, got ${imageTagMutability}`;
      }
      return imageTagMutability.endsWith('_WITH_EXCLUSION') === imageTagMutabilityExclusionFilters.length > 0
        ? undefined
        : 'imageTagMutabilityExclusionFilters must be set exactly where imageTagMutability ends in _WITH_EXCLUSION';
    },
  }),
  inputRule({
    id: 'aws.ecr.lifecycle-policy',
    refuses: 'A lifecycle policy that is malformed.',
    source: 'https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html',
    types: lifecyclePolicy,
    check: ({ inputs }) => {
      try {
        return refuseLifecycle(parsePolicy(inputs.policy));
      } catch {
        return '"policy" contains an invalid JSON';
      }
    },
  }),
  inputRule({
    id: 'aws.ecr.repository-policy',
    refuses: 'A policy of a repository that is malformed.',
    source: 'https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policies.html',
    types: repositoryPolicy,
    check: ({ inputs }) => refusePolicy('policy', inputs.policy, 'resource'),
  }),
  applyRule({
    id: 'aws.ecr.repository-missing',
    refuses: 'A policy for a repository that does not exist.',
    source: 'https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_SetRepositoryPolicy.html',
    types: [repositoryPolicy, lifecyclePolicy],
    check: ({ inputs, cloud, place }) =>
      cloud.find(repository, inputs.repository)?.place.region === place.region
        ? undefined
        : `${missingRepository(inputs.repository)} (repository)`,
  }),
];
