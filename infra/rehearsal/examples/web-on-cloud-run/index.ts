import * as dockerBuild from '@pulumi/docker-build';
import * as gcp from '@pulumi/gcp';
import * as pulumi from '@pulumi/pulumi';

const region = new pulumi.Config('gcp').require('region');
const apis = ['run', 'artifactregistry', 'iam'].map(
  (api) => new gcp.projects.Service(api, { service: `${api}.googleapis.com`, disableOnDestroy: false }),
);
const images = new gcp.artifactregistry.Repository(
  'images',
  { repositoryId: 'web-images', location: region, format: 'DOCKER' },
  { dependsOn: apis },
);
const { accessToken } = gcp.organizations.getClientConfigOutput();
const address = pulumi.interpolate`${region}-docker.pkg.dev/${images.project}/${images.repositoryId}`;
const image = new dockerBuild.Image('image', {
  context: { location: 'app' },
  platforms: ['linux/amd64'],
  tags: [pulumi.interpolate`${address}/web:first`],
  registries: [{ address, username: 'oauth2accesstoken', password: accessToken }],
  push: true,
  buildOnPreview: false,
});
const runner = new gcp.serviceaccount.Account('runner', { accountId: 'web-runner' }, { dependsOn: apis });
const web = new gcp.cloudrunv2.Service('web', {
  location: region,
  deletionProtection: false,
  invokerIamDisabled: true,
  template: {
    serviceAccount: runner.email,
    scaling: { minInstanceCount: 1, maxInstanceCount: 2 },
    containers: [
      {
        image: pulumi.interpolate`${address}/web@${image.digest}`,
        ports: { containerPort: 3000 },
        envs: [{ name: 'GREETING', value: 'hello' }],
        resources: { limits: { cpu: '1', memory: '512Mi' }, cpuIdle: true },
        startupProbe: { httpGet: { path: '/', port: 3000 }, periodSeconds: 2, failureThreshold: 10 },
      },
    ],
  },
});

export const webUrl = web.uri;
