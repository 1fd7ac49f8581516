import * as artifactregistry from '@pulumi/gcp/artifactregistry';
import * as pulumi from '@pulumi/pulumi';
import type { GoogleScope } from './scope';

export type ImageRepository = { repository: artifactregistry.Repository; address: pulumi.Output<string> };

const repositoryId = 'taproom-images';
const imageName = 'service';
/** Of a build a day, those of a year. */
const imagesKept = 400;
const oldestDays = 90;

/** The one repository of all stacks: what was built once is what dev runs, and then prod. */
export function createImageRepository({ project, region, options, protect }: GoogleScope): ImageRepository {
  const repository = new artifactregistry.Repository(
    'images',
    {
      repositoryId,
      location: region,
      format: 'DOCKER',
      dockerConfig: { immutableTags: true },
      cleanupPolicyDryRun: false,
      // What is kept wins over what is deleted.
      cleanupPolicies: [
        { id: 'keep-newest', action: 'KEEP', mostRecentVersions: { keepCount: imagesKept } },
        { id: 'delete-old', action: 'DELETE', condition: { tagState: 'ANY', olderThan: `${oldestDays * 86_400}s` } },
      ],
    },
    { ...options, protect },
  );
  const address = pulumi.interpolate`${region}-docker.pkg.dev/${project}/${repository.repositoryId}/${imageName}`;
  return { repository, address };
}
