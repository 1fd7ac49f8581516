import { operationRule } from '../rules';
import { expressServiceHandle, serviceHandle } from './ecs-handles';
import { noSecrets } from './ecs-stopped-reasons';
import { secretsOf, startingTaskOf } from './ecs-task';
import { refuseAccess } from './iam-authorize';
import { findSecretValue, secretPolicy } from './secrets';

const types = [serviceHandle, expressServiceHandle];

export const secretRules = [
  operationRule({
    id: 'aws.ecs.secret-missing',
    refuses: 'A secret, a version of it or a key in it that does not exist.',
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/resource-initialization-error.html',
    types,
    check: (subject) =>
      secretsOf(startingTaskOf(subject)).flatMap(({ variable, reference }) => {
        const found = findSecretValue(subject.cloud, reference);
        return found.found
          ? []
          : [
              `${noSecrets}: unable to retrieve secret from asm: service call has been retried 1 time(s): ${found.why} (secrets: ${variable})`,
            ];
      }),
  }),
  operationRule({
    id: 'aws.ecs.secret-read',
    refuses: 'An execution role that may not read a secret of the environment.',
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html',
    types,
    check: async (subject) => {
      const spec = startingTaskOf(subject);
      const findings: string[] = [];
      for (const { variable, reference } of secretsOf(spec)) {
        const found = findSecretValue(subject.cloud, reference);
        if (!found.found || spec?.executionRoleArn === undefined) continue;
        const resourcePolicy = subject.cloud.find(secretPolicy, found.arn)?.inputs.policy;
        const request = { action: 'secretsmanager:GetSecretValue', resource: found.arn, resourcePolicy };
        const denied = await refuseAccess(subject.cloud, spec.executionRoleArn, request);
        if (denied) {
          findings.push(
            `${noSecrets}: unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret ${found.arn} from secrets manager: ${denied} (secrets: ${variable}, executionRoleArn)`,
          );
        }
      }
      return findings;
    },
  }),
];
