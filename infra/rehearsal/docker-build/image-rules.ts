import { parseReference } from '../cloud/registry';
import { inputRule } from '../rules';
import { parseDockerfile } from '../runtime/images/parse-dockerfile';
import { readBuildContext } from './build-context';
import { type Export, type ExportPlan, parseExport, planExports } from './export-plan';
import { image } from './image';

const source = 'https://github.com/pulumi/pulumi-docker-build/blob/v0.0.22/provider/internal';
/** A name with an optional registry, tag and digest. Source: https://github.com/distribution/reference */
const tagPattern =
  /^(?:[\w.-]+(?::\d+)?\/)?[a-z0-9]+(?:(?:[._]|__|-+|\/)[a-z0-9]+)*(?::[\w][\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/;

/** The message of what is thrown. */
function complaintOf(check: () => unknown): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The exports that push, among those that can be read: what is wrong with the others has a rule of its own. */
function findPushes({ exports = [], push }: { exports?: readonly Export[] | undefined; push: boolean }): ExportPlan[] {
  const readable = exports.filter((wanted) => complaintOf(() => parseExport(wanted)) === undefined);
  return planExports({ exports: readable, push }).filter(({ isPushed }) => isPushed);
}

export const imageRules = [
  inputRule({
    id: 'docker-build.image.dockerfile',
    refuses:
      'A build context that is no folder, and a Dockerfile that is missing or cannot be parsed, at preview already.',
    source: `${source}/dockerfile.go`,
    types: image,
    check: ({ inputs, cloud }) => {
      const { context, dockerfile } = inputs;
      const found = complaintOf(() => parseDockerfile(readBuildContext(cloud, { context, dockerfile }).dockerfile));
      return found === undefined ? undefined : `dockerfile: ${found}`;
    },
  }),
  inputRule({
    id: 'docker-build.image.export',
    refuses: 'An export of no type, or of several.',
    source: `${source}/export.go`,
    types: image,
    check: ({ inputs }) =>
      (inputs.exports ?? []).flatMap((wanted, index) => {
        const found = complaintOf(() => parseExport(wanted));
        return found === undefined ? [] : [`exports[${index}]: ${found}`];
      }),
  }),
  inputRule({
    id: 'docker-build.image.push-needs-tag',
    refuses: 'A push of an image that has no tag and no name.',
    source: `${source}/export.go`,
    types: image,
    check: ({ inputs }) => {
      const { exports, push, tags = [] } = inputs;
      return tags.length === 0 && findPushes({ exports, push }).some(({ names }) => names.length === 0)
        ? 'exports: at least one tag or export name is needed when pushing to a registry'
        : undefined;
    },
  }),
  inputRule({
    id: 'docker-build.image.tag-format',
    refuses: 'A tag that is no image reference: upper-case letters in the name, spaces, a scheme.',
    source: 'https://github.com/distribution/reference/blob/main/reference.go',
    types: image,
    check: ({ inputs }) =>
      (inputs.tags ?? []).flatMap((tag, index) =>
        tagPattern.test(tag) ? [] : [`tags[${index}]: invalid reference format: ${tag}`],
      ),
  }),
  inputRule({
    id: 'docker-build.image.registry-in-tag',
    refuses: 'A push under a name without a registry, which goes to Docker Hub and is refused there with 401.',
    source: 'https://github.com/pulumi/pulumi-docker-build/issues/241',
    types: image,
    check: ({ inputs }) => {
      const { exports, push, tags = [] } = inputs;
      const isPushed = findPushes({ exports, push }).length > 0;
      return tags.flatMap((tag, index) =>
        isPushed && parseReference(tag) === undefined
          ? [`tags[${index}]: ${tag} names no registry: push access denied to docker.io`]
          : [],
      );
    },
  }),
  inputRule({
    id: 'docker-build.image.named-contexts',
    refuses: 'Named build contexts, which are not simulated.',
    source: 'https://www.pulumi.com/registry/packages/docker-build/api-docs/image/#buildcontext',
    types: image,
    check: ({ inputs }) =>
      Object.keys(inputs.context?.named ?? {}).length > 0 ? 'not simulated: context.named' : undefined,
  }),
];
