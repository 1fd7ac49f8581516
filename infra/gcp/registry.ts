import * as artifactregistry from '@pulumi/gcp/artifactregistry';
import * as organizations from '@pulumi/gcp/organizations';
import * as pulumi from '@pulumi/pulumi';
import type { StackConfig } from '../config';
import { missingImage, type Registry } from '../image';
import type { GcpScope } from './foundation';

/** Enough for roll-backs over months, and cheap. */
const imagesKept = 100;
const addressPattern = /^([a-z0-9-]+)-docker\.pkg\.dev\/([a-z0-9.:-]+)\/([a-z0-9-]+)\/([a-z0-9._/-]+)$/;
const imageName = 'service';

/** The stack's own repository, or one that stacks share, by its address. */
export function createRegistry(scope: GcpScope, shared: string | undefined): Registry {
  return shared === undefined ? ownRegistry(scope) : sharedRegistry(scope, shared);
}

export function findRegistryProblems({ registries }: StackConfig): string[] {
  const shared = registries === 'stack' ? undefined : registries.gcp;
  return shared === undefined || addressPattern.test(shared)
    ? []
    : ['taproom:registries.gcp must be LOCATION-docker.pkg.dev/PROJECT/REPOSITORY/IMAGE, without a tag'];
}

function ownRegistry(scope: GcpScope): Registry {
  const { names, options, protect, project, region } = scope;
  const repository = new artifactregistry.Repository(
    'repository',
    {
      repositoryId: names('repository', 'images'),
      location: region,
      format: 'DOCKER',
      description: scope.description,
      dockerConfig: { immutableTags: true },
      cleanupPolicyDryRun: false,
      // What is kept wins over what is deleted.
      cleanupPolicies: [
        { id: 'keep-newest', action: 'KEEP', mostRecentVersions: { keepCount: imagesKept } },
        { id: 'delete-old', action: 'DELETE', condition: { tagState: 'ANY', olderThan: `${30 * 86_400}s` } },
      ],
    },
    { ...options, protect },
  );
  const { repositoryId } = repository;
  return accessTo(scope, {
    address: pulumi.interpolate`${region}-docker.pkg.dev/${project}/${repositoryId}/${imageName}`,
    place: repositoryId.apply((id) => ({ project, location: region, repositoryId: id, image: imageName })),
  });
}

function sharedRegistry(scope: GcpScope, address: string): Registry {
  const [, location, project, repositoryId, image] = addressPattern.exec(address) ?? [];
  if (!location || !project || !repositoryId || !image) throw new Error(`no address: ${address}`);
  return accessTo(scope, {
    address: pulumi.output(address),
    place: pulumi.output({ project, location, repositoryId, image }),
  });
}

type Place = { project: string; location: string; repositoryId: string; image: string };

function accessTo(
  { options: { parent } }: GcpScope,
  { address, place }: { address: pulumi.Output<string>; place: pulumi.Output<Place> },
): Registry {
  return {
    repository: address,
    login: () => ({
      username: 'oauth2accesstoken',
      password: organizations.getClientConfigOutput({ parent }).accessToken,
    }),
    checkImage: (digest) =>
      pulumi.all([address, place]).apply(async ([url, { image, ...repository }]) => {
        const wanted = { ...repository, imageName: `${image}@${digest}` };
        return artifactregistry
          .getDockerImage(wanted, { parent })
          .catch((cause) => Promise.reject(missingImage(digest, url, cause)));
      }),
  };
}
