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
  return apis.map((api) => enableApi(api, options));
}

/** One that only some stacks need. */
export function enableApi(api: string, options: pulumi.CustomResourceOptions): pulumi.Resource {
  return new projects.Service(
    `${api}-api`,
    { service: `${api}.googleapis.com`, disableOnDestroy: false, disableDependentServices: false },
    options,
  );
}
