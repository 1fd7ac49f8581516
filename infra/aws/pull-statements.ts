import type * as pulumi from '@pulumi/pulumi';
import type { Statement } from './roles';

/**
 * What a role needs to pull from one repository. Source:
 * https://docs.aws.amazon.com/apprunner/latest/dg/security_iam_service-with-iam.html,
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/ECR_on_ECS.html
 */
export function pullStatements(repositoryArn: pulumi.Output<string>): Statement[] {
  return [
    // Knows no resources.
    { Sid: 'LogIn', Effect: 'Allow', Action: ['ecr:GetAuthorizationToken'], Resource: '*' },
    {
      Sid: 'PullImage',
      Effect: 'Allow',
      Action: [
        'ecr:BatchCheckLayerAvailability',
        'ecr:BatchGetImage',
        'ecr:DescribeImages',
        'ecr:GetDownloadUrlForLayer',
      ],
      Resource: repositoryArn,
    },
  ];
}
