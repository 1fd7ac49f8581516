import { Provider } from '@pulumi/gcp';
import * as projects from '@pulumi/gcp/projects';
import * as pulumi from '@pulumi/pulumi';
import type { BootstrapConfig } from '../config';
import type { Purpose } from '../purposes';
import { createIdentities } from './identities';
import { createImageRepository } from './image-repository';
import type { GoogleScope } from './scope';
import { createState } from './state';

const apis = ['artifactregistry', 'cloudkms', 'cloudresourcemanager', 'iam', 'iamcredentials', 'storage', 'sts'];

/** Everything on Google Cloud: identities, the image repository, and, where this is the first cloud, the state. */
export function createGoogle(config: BootstrapConfig, purposes: readonly Purpose[]) {
  if (config.gcp === undefined) return undefined;
  const { project, region } = config.gcp;
  const provider = new Provider('gcp', { project, region });
  const component = new pulumi.ComponentResource('taproom:bootstrap:Google', 'gcp', {}, { provider });
  const enabled = apis.map(
    (api) =>
      new projects.Service(
        `${api}-api`,
        { service: `${api}.googleapis.com`, disableOnDestroy: false, disableDependentServices: false },
        { parent: component },
      ),
  );
  const scope: GoogleScope = {
    project,
    region,
    options: { parent: component, dependsOn: enabled },
    protect: config.protect,
  };
  const images = createImageRepository(scope);
  const state = config.clouds[0] === 'gcp' ? createState(scope) : undefined;
  const identities = createIdentities(scope, { github: config.github, purposes, images, state });
  return { project, images, state, ...identities };
}
