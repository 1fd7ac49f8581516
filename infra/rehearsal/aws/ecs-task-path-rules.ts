import { operationRule } from '../rules';
import { expressServiceHandle, serviceHandle } from './ecs-handles';
import { noLogger, noSecrets } from './ecs-stopped-reasons';
import { ecrImagesOf, logTargetsOf, secretsOf, startingTaskOf } from './ecs-task';
import { blockService, type TaskService } from './ecs-task-path';

export const pathRules = [
  operationRule({
    id: 'aws.ecs.task-path',
    refuses:
      'A task whose interface has no way to ECR, S3, Secrets Manager or CloudWatch Logs: since platform 1.4 all goes through it.',
    source: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-networking.html',
    types: [serviceHandle, expressServiceHandle],
    check: (subject) => {
      const spec = startingTaskOf(subject);
      if (!spec) return undefined;
      const hasImages = ecrImagesOf(spec).length > 0;
      const wanted: [boolean, TaskService, string][] = [
        [
          hasImages,
          'ecr.api',
          `${noSecrets}: unable to retrieve ecr registry auth: service call has been retried 3 time(s): RequestError: send request failed caused by: Post "https://api.ecr.${spec.region}.amazonaws.com/": dial tcp: i/o timeout`,
        ],
        [
          hasImages,
          'ecr.dkr',
          `CannotPullContainerError: pull image manifest has been retried 7 time(s): failed to resolve ref ${spec.containers[0]?.image}: dial tcp: i/o timeout`,
        ],
        [
          hasImages,
          's3',
          `CannotPullContainerError: failed to copy: httpReadSeeker: failed open: failed to do request: Get "https://prod-${spec.region}-starport-layer-bucket.s3.${spec.region}.amazonaws.com/": dial tcp: i/o timeout`,
        ],
        [
          secretsOf(spec).length > 0,
          'secretsmanager',
          `${noSecrets}: unable to retrieve secret from asm: There is a connection issue between the task and AWS Secrets Manager`,
        ],
        [
          logTargetsOf(spec).length > 0,
          'logs',
          `${noLogger}: failed to create Cloudwatch log stream: There is a connection issue between the task and CloudWatch`,
        ],
      ];
      return wanted.flatMap(([isWanted, service, words]) => {
        const blocked = isWanted ? blockService(subject.cloud, spec.origin(), service) : undefined;
        return blocked ? [`${words}. Check your task network configuration: ${blocked}`] : [];
      });
    },
  }),
];
