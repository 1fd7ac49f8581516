import { type Bag, isBag } from '../protocol/values';
import { applyRule, deleteRule, graphRule, inputRule, type Rule } from '../rules';
import { job } from './cloud-run-job';
import { secretsOf } from './cloud-run-operation-rules';
import { service } from './cloud-run-service';
import { accountOf } from './cloud-run-start';
import { jobType, parseSeconds, serviceType, workloadOf } from './cloud-run-workload';
import { shortName } from './declare';
import { googleError } from './google-error';
import { apiRules } from './project-services';
import { hasServiceAccount } from './service-account';

const both = [serviceType, jobType];

/** What Cloud Run refuses of services and jobs as a whole. */
export const runRules: readonly Rule[] = [
  ...apiRules('run', 'run', [service, job]),
  applyRule({
    id: 'gcp.run.service-account-exists',
    refuses: 'A service account that does not exist or is disabled.',
    source: 'https://docs.cloud.google.com/run/docs/configuring/services/service-identity',
    types: both,
    check: ({ inputs, cloud, place }) => {
      const account = accountOf(workloadOf(inputs), place);
      return hasServiceAccount(cloud, place.project ?? '', account)
        ? undefined
        : googleError(
            403,
            `Permission 'iam.serviceaccounts.actAs' denied on service account ${account} (or it may not exist).`,
            'forbidden',
          );
    },
  }),
  inputRule({
    id: 'gcp.policy.secret-version',
    refuses:
      'A variable that follows the version "latest": instances of one revision would differ, and no roll-back brings the old value back.',
    source:
      'https://docs.cloud.google.com/run/docs/configuring/services/secrets (pin the secret to a particular version)',
    types: both,
    check: ({ inputs }) =>
      secretsOf(workloadOf(inputs).containers)
        .filter(({ version }) => version === undefined || version === 'latest')
        .map(({ name }) => `envs "${name}": valueSource.secretKeyRef.version must be a version's number, not latest`),
  }),
  inputRule({
    id: 'gcp.run.timeout',
    refuses:
      'Request timeouts other than 1 to 3600 seconds, task timeouts of more than 7 days, and texts that are no seconds ("60s").',
    source: 'https://docs.cloud.google.com/run/docs/configuring/request-timeout',
    types: both,
    check: ({ inputs, urn }) => {
      const { timeout } = workloadOf(inputs);
      if (timeout === undefined) return undefined;
      const most = urn.includes(jobType.token) ? 7 * 86_400 : 3_600;
      const seconds = parseSeconds(timeout);
      return seconds !== undefined && seconds >= 1 && seconds <= most
        ? undefined
        : `template.timeout must be 1s to ${most}s, not "${timeout}"`;
    },
  }),
  inputRule({
    id: 'gcp.run.execution-environment',
    refuses: 'Execution environments that do not exist, and the first generation for a job.',
    source: 'https://docs.cloud.google.com/run/docs/about-execution-environments',
    types: both,
    check: ({ inputs, urn }) => {
      const { executionEnvironment } = workloadOf(inputs);
      if (executionEnvironment === undefined || executionEnvironment === 'EXECUTION_ENVIRONMENT_GEN2') return undefined;
      if (executionEnvironment !== 'EXECUTION_ENVIRONMENT_GEN1')
        return `expected executionEnvironment to be one of EXECUTION_ENVIRONMENT_GEN1, EXECUTION_ENVIRONMENT_GEN2, got ${executionEnvironment}`;
      return urn.includes(jobType.token)
        ? 'executionEnvironment must be EXECUTION_ENVIRONMENT_GEN2: jobs run in the second generation only'
        : undefined;
    },
  }),
  inputRule({
    id: 'gcp.run.system-annotations',
    refuses: "Labels and annotations in Google's own name spaces: what they said in v1 has a field in v2.",
    source: 'https://docs.cloud.google.com/run/docs/reference/rest/v2/projects.locations.services#Service',
    types: both,
    check: ({ inputs }) =>
      [...Object.keys(inputs.labels ?? {}), ...Object.keys(inputs.annotations ?? {})]
        .filter((key) => /^(run|cloud)\.googleapis\.com\/|^(serving|autoscaling)\.knative\.dev\//.test(key))
        .map((key) => `${key} is a system annotation, which v2 does not take: use the field of the resource`),
  }),
  deleteRule({
    id: 'gcp.run.deletion-protection',
    refuses: 'Deleting a service or job whose deletionProtection is not false; true is what one gets without asking.',
    source:
      'https://github.com/hashicorp/terraform-provider-google/blob/main/website/docs/r/cloud_run_v2_service.html.markdown (deletion_protection)',
    types: both,
    check: ({ entity }) =>
      entity.inputs.deletionProtection === false
        ? undefined
        : 'cannot destroy without setting deletion_protection=false and running `pulumi up`',
  }),
  graphRule({
    id: 'gcp.run.secret-access-order',
    refuses: 'A workload that does not wait for the grant by which it may read its secret.',
    source: 'https://docs.cloud.google.com/run/docs/configuring/services/secrets#access-secret',
    types: both,
    check: (graph) => {
      const grants = graph.nodes.filter(({ type }) => /^gcp:secretmanager\/secretIam(Member|Binding):/.test(type));
      return both
        .flatMap((type) => graph.ofType(type))
        .flatMap((workload) =>
          secretNames(workload.inputs).flatMap((secret) => {
            const own = grants.filter(
              ({ inputs }) =>
                shortName(String(inputs.secretId)) === shortName(secret) && grantsTo(inputs, workload.inputs),
            );
            // Grants on the project, and of secrets that others made, have no order here.
            if (own.length === 0 || own.some((grant) => graph.dependsOn(workload, grant))) return [];
            return [
              {
                urn: workload.urn,
                message: `"${workload.name}" must depend on "${own[0]?.name}", by which it may read ${secret}: without it the revision starts first whenever the grant is slower`,
              },
            ];
          }),
        );
    },
  }),
];

/** Whether a grant is to the account that a workload's template names. */
function grantsTo(grant: Bag, workload: Bag): boolean {
  const account = findText(workload, 'serviceAccount');
  const members = Array.isArray(grant.members) ? grant.members : [grant.member];
  return members.some((member) => member === `serviceAccount:${account}`);
}

function findText(value: unknown, wanted: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, item] of Object.entries(value)) {
    const found = key === wanted && typeof item === 'string' ? item : findText(item, wanted);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** All `secretKeyRef.secret` of a node's inputs, wherever they stand. */
function secretNames(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(secretNames);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    key === 'secretKeyRef' && isBag(item) && typeof item.secret === 'string' ? [item.secret] : secretNames(item),
  );
}
