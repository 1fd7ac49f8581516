import { applyRule, graphRule, inputRule } from '../rules';
import { refusePolicy } from './policy-document';
import { arnOf, scheduledDeletions, secret, secretPolicy, secretVersion } from './secrets';

const source = 'https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html';
const missing = "ResourceNotFoundException: Secrets Manager can't find the specified secret.";

export const secretRules = [
  inputRule({
    id: 'aws.secretsmanager.name',
    refuses: 'Names other than 1 to 512 letters, digits and /_+=.@-.',
    source,
    types: secret,
    check: ({ inputs: { name = 'generated' } }) =>
      /^[A-Za-z0-9/_+=.@-]{1,512}$/.test(name)
        ? undefined
        : 'ValidationException: Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@ and of 1 to 512 characters (name)',
  }),
  inputRule({
    id: 'aws.secretsmanager.recovery-window',
    refuses: 'A recovery window other than 0 or 7 to 30 days.',
    source: 'https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html',
    types: secret,
    check: ({ inputs: { recoveryWindowInDays: days = 30 } }) =>
      days === 0 || (days >= 7 && days <= 30)
        ? undefined
        : `expected recoveryWindowInDays to be one of [0] or in the range (7 - 30), got ${days}`,
  }),
  applyRule({
    id: 'aws.secretsmanager.name-in-deletion',
    refuses: 'A name of a deleted secret that can still be restored.',
    source: 'https://docs.aws.amazon.com/secretsmanager/latest/userguide/manage_delete-secret.html',
    types: secret,
    check: ({ inputs, previous, cloud, place }) => {
      const untilMs = cloud.table(scheduledDeletions).get(`${place.region} ${inputs.name}`) ?? 0;
      return !previous && untilMs > cloud.clock.now()
        ? "InvalidRequestException: You can't create this secret because a secret with this name is already scheduled for deletion. (name)"
        : undefined;
    },
  }),
  inputRule({
    id: 'aws.secretsmanager.version-value',
    refuses: 'A version with no value or several, with an empty one, or of more than 65536 bytes.',
    source: 'https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html',
    types: secretVersion,
    check: ({ inputs: { secretString, secretBinary, secretStringWo } }) => {
      const given = [secretString, secretBinary, secretStringWo].filter((value) => value !== undefined);
      const [value = ''] = given;
      if (given.length !== 1) return 'one of secretString, secretBinary and secretStringWo must be set, and only one';
      if (value === '')
        return 'ValidationException: You must provide either SecretString or SecretBinary (it is empty)';
      const size = Buffer.byteLength(value);
      return size <= 65_536
        ? undefined
        : `ValidationException: secretString must have length less than or equal to 65536 (it has ${size})`;
    },
  }),
  applyRule({
    id: 'aws.secretsmanager.secret-missing',
    refuses: 'A version of a secret that does not exist.',
    source: 'https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html',
    types: secretVersion,
    check: ({ inputs, cloud }) => (arnOf(cloud, inputs.secretId) ? undefined : `${missing} (secretId)`),
  }),
  inputRule({
    id: 'aws.secretsmanager.policy',
    refuses: 'A policy of a secret that is malformed.',
    source: 'https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_resource-policies.html',
    types: secretPolicy,
    check: ({ inputs }) => refusePolicy('policy', inputs.policy, 'resource'),
  }),
  applyRule({
    id: 'aws.secretsmanager.policy-secret-missing',
    refuses: 'A policy of a secret that does not exist.',
    source: 'https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutResourcePolicy.html',
    types: secretPolicy,
    check: ({ inputs, cloud }) => (arnOf(cloud, inputs.secretArn) ? undefined : `${missing} (secretArn)`),
  }),
  graphRule({
    id: 'aws.secretsmanager.value-in-plain',
    refuses: "A secret's value that stands in the stack's state unencrypted.",
    source: 'https://www.pulumi.com/docs/iac/concepts/secrets/',
    types: [secretVersion],
    check: (graph) =>
      graph
        .ofType(secretVersion)
        .filter(({ inputs: { secretString } }) => typeof secretString === 'string' && secretString !== '[secret]')
        .map(({ urn, name }) => ({ urn, message: `${name}: secretString must be a secret (pulumi.secret)` })),
  }),
];

export const secretsSimulation = {
  resources: [secret, secretVersion, secretPolicy],
  functions: [],
  rules: secretRules,
};
