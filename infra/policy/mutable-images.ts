import { containersOf, containerTypes } from './containers';
import { type PolicyRule, valueRule } from './policy-rule';

/** A digest in a registry, or an image's id on this machine. */
const pinned = /(^|@)sha256:[0-9a-f]{64}$/;
const byDigest = 'name an image by its digest, REPOSITORY@sha256:...';

/** Images whose bytes can change under their name. */
export const mutableImages: readonly PolicyRule[] = [
  valueRule({
    id: 'ecr-immutable-tags',
    forbids: 'A tag must not be moved to another image.',
    source: 'https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html',
    types: ['aws:ecr/repository:Repository'],
    property: 'imageTagMutability',
    allowed: ['IMMUTABLE', 'IMMUTABLE_WITH_EXCLUSION'],
  }),
  valueRule({
    id: 'artifact-registry-immutable-tags',
    forbids: 'A tag must not be moved to another image.',
    source: 'https://cloud.google.com/artifact-registry/docs/docker/troubleshoot#immutable-tags',
    types: ['gcp:artifactregistry/repository:Repository'],
    property: 'dockerConfig.immutableTags',
    allowed: [true],
  }),
  {
    id: 'image-by-digest',
    forbids: 'What runs must not depend on where a tag points today: a restart could run another image.',
    source: 'https://docs.docker.com/dhi/core-concepts/digests/',
    level: 'mandatory',
    types: containerTypes,
    check: (resource) =>
      containersOf(resource).flatMap(({ imageProperty, image }) =>
        image !== undefined && pinned.test(image) ? [] : [{ property: imageProperty, must: byDigest }],
      ),
  },
  {
    id: 'pulled-image-by-digest',
    forbids: 'What is pulled must not depend on where a tag points today.',
    source: 'https://docs.docker.com/dhi/core-concepts/digests/',
    level: 'mandatory',
    types: ['docker:index/remoteImage:RemoteImage'],
    check: ({ inputs: { name } }) => (pinned.test(String(name)) ? [] : [{ property: 'name', must: byDigest }]),
  },
];
