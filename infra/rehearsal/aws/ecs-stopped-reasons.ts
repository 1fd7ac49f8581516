/** Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html */

/** How Fargate begins when it has neither the registry's login nor the secrets. */
export const noSecrets =
  'ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed';

/** How Fargate begins when the log driver cannot start. */
export const noLogger =
  'ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times';
