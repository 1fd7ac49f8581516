import * as ecr from '@pulumi/aws/ecr';
import * as dockerBuild from '@pulumi/docker-build';
import * as pulumi from '@pulumi/pulumi';

const repository = new ecr.Repository('app', { forceDelete: true });
const token = ecr.getAuthorizationTokenOutput({ registryId: repository.registryId });
const image = new dockerBuild.Image('app', {
  context: { location: 'app' },
  platforms: ['linux/amd64'],
  push: true,
  tags: [pulumi.interpolate`${repository.repositoryUrl}:latest`],
  registries: [{ address: repository.repositoryUrl, username: token.userName, password: token.password }],
});

export const digest = image.digest;
export const reference = pulumi.interpolate`${repository.repositoryUrl}@${image.digest}`;
