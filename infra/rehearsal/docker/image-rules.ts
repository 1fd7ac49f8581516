import { findEngineImage } from '../cloud/image-engine';
import { applyRule, inputRule } from '../rules';
import { container } from './container';
import { parseStoreImage, remoteImage, tag } from './images';

const provider =
  'https://github.com/kreuzwerker/terraform-provider-docker/blob/master/internal/provider/resource_docker_image_funcs.go';
/** Source: https://github.com/distribution/reference/blob/main/regexp.go */
const reference =
  /^(?:[\w.-]+(?::\d+)?\/)?[a-z0-9]+(?:(?:[._]|__|-+|\/)[a-z0-9]+)*(?::[\w][\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/;

export const imageRules = [
  inputRule({
    id: 'docker.image.reference',
    refuses: 'A name that is no image reference.',
    source: 'https://github.com/distribution/reference/blob/main/reference.go',
    types: remoteImage,
    check: ({ inputs: { name } }) =>
      reference.test(name)
        ? undefined
        : `Unable to read Docker image into resource: unable to pull image ${name}: invalid reference format`,
  }),
  inputRule({
    id: 'docker.tag.reference',
    refuses: 'A target that is no name with a tag.',
    source: 'https://docs.docker.com/reference/cli/docker/image/tag/',
    types: tag,
    check: ({ inputs: { targetImage } }) =>
      reference.test(targetImage) && !targetImage.includes('@')
        ? undefined
        : `targetImage: failed to create docker tag: Error parsing reference: "${targetImage}" is not a valid repository/tag`,
  }),
  applyRule({
    id: 'docker.container.image-exists',
    refuses: 'An image that the engine does not have and cannot pull.',
    source: provider,
    types: container,
    check: ({ inputs: { image }, cloud }) =>
      findEngineImage(cloud, image) || parseStoreImage(image)
        ? undefined
        : `Unable to create container with image ${image}: unable to find or pull image ${image}`,
  }),
];
