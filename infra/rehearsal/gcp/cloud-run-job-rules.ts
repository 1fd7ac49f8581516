import { applyRule, inputRule, type Rule } from '../rules';
import { executionOf, hasExecution } from './cloud-run-job';
import { jobType } from './cloud-run-workload';
import { googleError } from './google-error';

/** What Cloud Run refuses of jobs. */
export const runJobRules: readonly Rule[] = [
  inputRule({
    id: 'gcp.run.job-name',
    refuses:
      'Job names other than 1 to 63 lower-case letters, digits and hyphens, beginning with a letter and not ending with a hyphen.',
    source: 'https://docs.cloud.google.com/run/docs/create-jobs',
    types: jobType,
    check: ({ inputs }) =>
      /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/.test(inputs.name ?? 'generated')
        ? undefined
        : googleError(
            400,
            `Violation in CreateJobRequest.job_id: The job name "${inputs.name}" must use only lowercase alphanumeric characters and dashes, begin with a letter, not end with a dash, and be at most 63 characters`,
          ),
  }),
  inputRule({
    id: 'gcp.run.execution-token',
    refuses: 'A token that with the name of its job makes 63 characters or more, or two tokens.',
    source: 'https://docs.cloud.google.com/run/docs/reference/rest/v2/projects.locations.jobs#Job',
    types: jobType,
    check: ({ inputs }) => {
      const { name = 'generated', runExecutionToken, startExecutionToken } = inputs;
      const token = runExecutionToken ?? startExecutionToken ?? '';
      return [
        ...(runExecutionToken !== undefined && startExecutionToken !== undefined
          ? ['one of startExecutionToken and runExecutionToken must be set, not both']
          : []),
        ...(token !== '' && name.length + token.length >= 63
          ? [
              `the name of the job (${name.length} characters) and its execution token (${token.length}) must be fewer than 63 characters together`,
            ]
          : []),
        ...(token !== '' && !/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(token)
          ? ['an execution token must be lower-case letters, digits and hyphens, as it is part of a name']
          : []),
      ];
    },
  }),
  applyRule({
    id: 'gcp.run.execution-token-used',
    refuses: 'A token with which the job was executed before: executions are called job-token, and stay.',
    source: 'https://github.com/GoogleCloudPlatform/magic-modules/pull/19060',
    types: jobType,
    check: ({ inputs, cloud, id }) => {
      const execution = executionOf(inputs);
      return execution && hasExecution(cloud, id, execution.name)
        ? googleError(
            409,
            `Resource '${execution.name}' already exists: the execution token was used before.`,
            'alreadyExists',
          )
        : undefined;
    },
  }),
  inputRule({
    id: 'gcp.run.tasks',
    refuses: 'Retries other than 0 to 10, tasks other than 1 to 10000, and more in parallel than there are.',
    source: 'https://docs.cloud.google.com/run/docs/configuring/max-retries',
    types: jobType,
    check: ({ inputs }) => {
      const { parallelism, taskCount = 1, template } = inputs.template;
      return [
        ...(template.maxRetries === undefined || (template.maxRetries >= 0 && template.maxRetries <= 10)
          ? []
          : [`maxRetries must be 0 to 10, not ${template.maxRetries}`]),
        ...(taskCount >= 1 && taskCount <= 10_000 ? [] : [`taskCount must be 1 to 10000, not ${taskCount}`]),
        ...(parallelism !== undefined && parallelism > taskCount
          ? [`parallelism (${parallelism}) must not be greater than taskCount (${taskCount})`]
          : []),
      ];
    },
  }),
];
