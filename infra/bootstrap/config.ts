import * as pulumi from '@pulumi/pulumi';
import { type Static, Type } from 'typebox';
import { DeploymentError } from '../deployment-error';
import { parseSettings } from '../parse-settings';

const closed = { additionalProperties: false };
const clouds = ['aws', 'gcp'];
const stackName = { pattern: '^[a-z][a-z0-9]{0,11}$', allowed: 'a letter and up to 11 more letters or digits' };

/** Every setting of `taproom-bootstrap:`. */
export const BootstrapSchema = Type.Object(
  {
    github: Type.Object(
      {
        owner: Type.String({ pattern: '^[A-Za-z0-9-]{1,39}$', allowed: 'a user or an organization' }),
        name: Type.String({ pattern: '^[\\w.-]{1,100}$', allowed: 'the name of a repository' }),
        ownerId: Type.String({ pattern: '^[0-9]+$', allowed: 'a number, which `gh api repos/OWNER/NAME` tells' }),
        repositoryId: Type.String({ pattern: '^[0-9]+$', allowed: 'a number, which `gh api repos/OWNER/NAME` tells' }),
      },
      closed,
    ),
    clouds: Type.Array(Type.Enum(clouds), { minItems: 1, default: clouds }),
    branch: Type.String({ pattern: '^[\\w./-]+$', allowed: 'the name of a branch', default: 'main' }),
    /** Those that are deployed from the branch, each by a GitHub environment of its name. */
    stacks: Type.Array(Type.String(stackName), { minItems: 1, default: ['dev', 'prod'] }),
    /** Those that a pull request may read in full, secrets included, to show what it would change. */
    previewedStacks: Type.Array(Type.String(stackName), { default: ['dev'] }),
    /** Whether state, keys and images are kept from being deleted. */
    protect: Type.Boolean({ default: true }),
  },
  closed,
);

const AwsSchema = Type.Object(
  { region: Type.String({ pattern: '^[a-z]{2}(-[a-z]+)+-[0-9]$', allowed: 'a region, such as us-east-1' }) },
  closed,
);
const GoogleSchema = Type.Object(
  {
    project: Type.String({ pattern: '^[a-z][a-z0-9-]{4,28}[a-z0-9]$', allowed: "a project's id" }),
    region: Type.String({ pattern: '^[a-z]+-[a-z]+[0-9]$', allowed: 'a region, such as us-central1' }),
  },
  closed,
);

export type BootstrapConfig = Static<typeof BootstrapSchema> & {
  /** Of the clouds that are named, in their order: the first one holds the state. */
  aws: Static<typeof AwsSchema> | undefined;
  gcp: Static<typeof GoogleSchema> | undefined;
};

/** Reads and checks the whole configuration. Throws DeploymentError with all problems together. */
export function loadBootstrapConfig(): BootstrapConfig {
  const values = pulumi.runtime.allConfig();
  const { value, problems } = parseSettings(pulumi.getProject(), BootstrapSchema, values);
  const named = Array.isArray(value.clouds) ? value.clouds : [];
  const aws = named.includes('aws') ? parseSettings('aws', AwsSchema, values) : undefined;
  const gcp = named.includes('gcp') ? parseSettings('gcp', GoogleSchema, values) : undefined;
  const found = [...problems, ...(aws?.problems ?? []), ...(gcp?.problems ?? []), ...findStrangers(value)];
  if (found.length > 0) {
    throw new DeploymentError(
      `The configuration is not valid:\n${found.map((problem) => `  - ${problem}`).join('\n')}`,
    );
  }
  return { ...value, aws: aws?.value, gcp: gcp?.value };
}

function findStrangers({ stacks = [], previewedStacks = [] }: Partial<Static<typeof BootstrapSchema>>): string[] {
  return [
    ...previewedStacks.flatMap((stack, index) =>
      stacks.includes(stack)
        ? []
        : [`taproom-bootstrap:previewedStacks[${index}] must be one of taproom-bootstrap:stacks: ${stacks.join(', ')}`],
    ),
    // A role for `pull*` would be one for it, too.
    ...stacks.flatMap((stack, index) =>
      stack.startsWith('pull')
        ? [`taproom-bootstrap:stacks[${index}] must not begin with pull: those are previews`]
        : [],
    ),
  ];
}
