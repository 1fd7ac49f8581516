import type { PolicyStatement } from '../permissions/build-policies';
import type { Purpose } from '../purposes';

export type StateArns = { bucket: string; key: string };

const project = 'taproom';

/**
 * The state of the purpose's stacks and of no other: their files are under their names.
 * Source: https://github.com/pulumi/pulumi/blob/v3.248.0/pkg/backend/diy/store.go, lock.go
 */
export function stateStatements({ stacks, use }: Pick<Purpose, 'stacks' | 'use'>, state: StateArns): PolicyStatement[] {
  if (use === 'none') return [];
  const files = stacks.flatMap((stack) =>
    [`stacks/${project}/${stack}.json*`, `history/${project}/${stack}/*`, `backups/${project}/${stack}/*`].concat(
      `locks/organization/${project}/${stack}/*`,
    ),
  );
  const objects = files.map((file) => `${state.bucket}/.pulumi/${file}`);
  const shared = [`${state.bucket}/.pulumi/meta.yaml`, `${state.bucket}/.pulumi/Pulumi.yaml`];
  return [
    { Effect: 'Allow', Action: ['s3:GetBucketLocation', 's3:ListBucket'], Resource: [state.bucket] },
    { Effect: 'Allow', Action: ['s3:GetObject'], Resource: [...objects, ...shared] },
    { Effect: 'Allow', Action: ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey'], Resource: [state.key] },
    ...(use === 'read'
      ? []
      : [{ Effect: 'Allow' as const, Action: ['s3:DeleteObject', 's3:PutObject'], Resource: objects }]),
  ];
}

/** Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html */
export function pullStatements(repositoryArn: string): PolicyStatement[] {
  return [
    { Effect: 'Allow', Action: ['ecr:GetAuthorizationToken'], Resource: ['*'] },
    {
      Effect: 'Allow',
      Action: [
        'ecr:BatchCheckLayerAvailability',
        'ecr:BatchGetImage',
        'ecr:DescribeImages',
        'ecr:GetDownloadUrlForLayer',
      ],
      Resource: [repositoryArn],
    },
  ];
}

export function pushStatements(repositoryArn: string): PolicyStatement[] {
  return [
    ...pullStatements(repositoryArn),
    {
      Effect: 'Allow',
      Action: ['ecr:CompleteLayerUpload', 'ecr:InitiateLayerUpload', 'ecr:PutImage', 'ecr:UploadLayerPart'],
      Resource: [repositoryArn],
    },
  ];
}
