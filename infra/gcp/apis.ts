import * as projects from '@pulumi/gcp/projects';
import type * as pulumi from '@pulumi/pulumi';

const apis = [
  'artifactregistry',
  'compute',
  'iam',
  'logging',
  'redis',
  'run',
  'secretmanager',
  'servicenetworking',
  'sqladmin',
];

/** Turns on what the stack uses. They stay on when it goes: another stack of the project may need them. */
export function enableApis(options: pulumi.CustomResourceOptions): pulumi.Resource[] {
  return apis.map(
    (api) =>
      new projects.Service(
        `${api}-api`,
        { service: `${api}.googleapis.com`, disableOnDestroy: false, disableDependentServices: false },
        options,
      ),
  );
}
