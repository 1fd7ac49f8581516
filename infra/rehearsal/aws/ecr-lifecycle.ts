const countTypes = ['imageCountMoreThan', 'sinceImagePushed', 'sinceImagePulled', 'sinceImageTransitioned'];

/**
 * What ECR says of a lifecycle policy; undefined when it is right.
 * Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html
 */
export function refuseLifecycle(policy: unknown): string | undefined {
  const problem = findProblem(policy);
  return (
    problem &&
    `InvalidParameterException: Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: 'Lifecycle policy validation failure: ${problem}'`
  );
}

function findProblem(policy: unknown): string | undefined {
  if (!isRecord(policy) || !Array.isArray(policy.rules) || policy.rules.length === 0) {
    return 'object has missing required properties (["rules"])';
  }
  const priorities = policy.rules.map((rule: unknown) => (isRecord(rule) ? rule.rulePriority : undefined));
  if (priorities.some((priority) => !Number.isInteger(priority) || Number(priority) < 1)) {
    return 'rulePriority must be an integer of at least 1 in every rule';
  }
  if (new Set(priorities).size < priorities.length) return 'rulePriority must be unique';
  const any = policy.rules.filter(
    (rule: unknown) => isRecord(rule) && isRecord(rule.selection) && rule.selection.tagStatus === 'any',
  );
  const [only] = any;
  if (any.length > 1) return 'only one rule may have tagStatus any';
  if (isRecord(only) && Number(only.rulePriority) < Math.max(...priorities.map(Number))) {
    return 'the rule with tagStatus any must have the highest rulePriority';
  }
  return policy.rules.map(findRuleProblem).find((problem) => problem !== undefined);
}

function findRuleProblem(rule: unknown): string | undefined {
  if (!isRecord(rule) || !isRecord(rule.selection) || !isRecord(rule.action)) {
    return 'object has missing required properties (["action","rulePriority","selection"])';
  }
  const { tagStatus, tagPrefixList, tagPatternList, countType, countNumber, countUnit } = rule.selection;
  if (!['tagged', 'untagged', 'any'].includes(String(tagStatus))) return 'tagStatus must be tagged, untagged or any';
  if (tagStatus === 'tagged' && !isFilled(tagPrefixList) && !isFilled(tagPatternList)) {
    return 'tagPrefixList or tagPatternList must be set where tagStatus is tagged';
  }
  if (tagStatus !== 'tagged' && (isFilled(tagPrefixList) || isFilled(tagPatternList))) {
    return 'tagPrefixList and tagPatternList may be set only where tagStatus is tagged';
  }
  if (!countTypes.includes(String(countType))) return `countType must be one of ${countTypes.join(', ')}`;
  if (!Number.isInteger(countNumber) || Number(countNumber) < 1) return 'countNumber must be an integer of at least 1';
  if (countType !== 'imageCountMoreThan' && countUnit !== 'days')
    return 'countUnit must be days where countType is a time';
  if (countType === 'imageCountMoreThan' && countUnit !== undefined)
    return 'countUnit must not be set for a number of images';
  return ['expire', 'transition'].includes(String(rule.action.type))
    ? undefined
    : 'action.type must be expire or transition';
}

function isFilled(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
