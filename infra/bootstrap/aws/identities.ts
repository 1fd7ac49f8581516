import * as iam from '@pulumi/aws/iam';
import * as pulumi from '@pulumi/pulumi';
import { type GitHubRepository, issuerHost } from '../github-subjects';
import { awsPermissions } from '../permissions/aws-permissions';
import { everyStack, serviceLinkedRoles } from '../permissions/aws-roles';
import {
  buildStatements,
  documentOf,
  type PolicyPlace,
  type PolicyStatement,
  packPolicies,
} from '../permissions/build-policies';
import type { Purpose } from '../purposes';
import { boundaryStatements } from './boundary';
import type { AwsScope } from './scope';
import { pullStatements, pushStatements, type StateArns, stateStatements } from './statements';
import { audience, trustPolicy } from './trust';

/** Apart from the roles of stacks, whose names a deployment may use: what is under this path it can neither change nor pass. */
const path = '/taproom-ci/';
/** An `up` may wait half an hour for a database; what configure-aws-credentials asks for by default. */
const sessionSeconds = 3_600;

export type Identities = {
  /** ARN of the role of each purpose, by its name. */
  roles: Record<string, pulumi.Output<string>>;
  /** ARN of what bounds the roles of each writing purpose's stacks, by the purpose's name. */
  boundaries: Record<string, pulumi.Output<string>>;
};

type Request = {
  github: GitHubRepository;
  purposes: readonly Purpose[];
  repositoryArn: pulumi.Output<string>;
  state: pulumi.Output<StateArns> | undefined;
};

/** GitHub as who says who somebody is, and a role for each purpose that its jobs take on. */
export function createIdentities(scope: AwsScope, { github, purposes, repositoryArn, state }: Request): Identities {
  const { options } = scope;
  const provider = new iam.OpenIdConnectProvider(
    'github',
    // AWS knows GitHub's certificate authority by itself: no thumbprints.
    // Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc_verify-thumbprint.html
    { url: `https://${issuerHost}`, clientIdLists: [audience] },
    options,
  );
  const identities: Identities = { roles: {}, boundaries: {} };
  for (const purpose of purposes) {
    const { name, callers } = purpose;
    const boundary = purpose.use === 'write' ? createBoundary(scope, purpose) : undefined;
    if (boundary !== undefined) identities.boundaries[name] = boundary.arn;
    const role = new iam.Role(
      name,
      {
        name: `taproom-ci-${name}`,
        path,
        description: describe(purpose),
        assumeRolePolicy: provider.arn.apply((arn) => trustPolicy(arn, github, callers)),
        maxSessionDuration: sessionSeconds,
      },
      options,
    );
    const known = pulumi.all([scope.account, repositoryArn, state, boundary?.arn]);
    const documents = known.apply(([account, repository, stateArns, boundaryArn]) => {
      const place = { region: scope.region, account, stacks: purpose.stacks, repository, boundary: boundaryArn ?? '' };
      return policiesOf(purpose, place, stateArns);
    });
    attachPolicies(role, documents, { name, count: countPolicies(purpose, scope.region), options });
    identities.roles[name] = role.arn;
  }
  return identities;
}

function describe({ use, stacks, pushesImages }: Purpose): string {
  const what = { none: 'sees no stack', read: `reads ${stacks.join(', ')}`, write: `deploys ${stacks.join(', ')}` }[
    use
  ];
  return `${what}${pushesImages ? ', pushes images' : ''}`;
}

function createBoundary({ region, account, options }: AwsScope, { name, stacks }: Purpose): iam.Policy {
  const policy = account.apply((id) => documentOf(boundaryStatements({ region, account: id, stacks })));
  const description = `the most that a role of ${stacks.join(', ')} may do`;
  return new iam.Policy(
    `${name}-boundary`,
    { name: `taproom-ci-${name}-boundary`, path, description, policy },
    options,
  );
}

/** The policies of a purpose's role, each within IAM's limit. */
export function policiesOf(purpose: Purpose, place: PolicyPlace, state: StateArns | undefined): string[] {
  const { use, pushesImages } = purpose;
  const statements: PolicyStatement[] = [
    ...(state === undefined ? [] : stateStatements(purpose, state)),
    ...(pushesImages ? pushStatements(place.repository) : pullStatements(place.repository)),
  ];
  if (use !== 'none') statements.push(...buildStatements([...Object.values(awsPermissions), everyStack], use, place));
  if (use === 'write') statements.push(...buildStatements([serviceLinkedRoles], use, place));
  return packPolicies(statements);
}

/** How many there are must be known before their texts are: made-up values of the greatest length give as many. */
function countPolicies(purpose: Purpose, region: string): number {
  const account = '0'.repeat(12);
  const long = (what: string) => `arn:aws:${what}:${account}:${'x'.repeat(60)}`;
  const place = { region, account, stacks: purpose.stacks, repository: long('ecr'), boundary: long('iam') };
  return policiesOf(purpose, place, { bucket: `arn:aws:s3:::${'x'.repeat(63)}`, key: long('kms') }).length;
}

function attachPolicies(
  role: iam.Role,
  documents: pulumi.Output<string[]>,
  { name, count, options }: { name: string; count: number; options: pulumi.CustomResourceOptions },
): void {
  for (let index = 0; index < count; index += 1) {
    const policy = new iam.Policy(
      `${name}-${index + 1}`,
      // Where the real values are so much shorter that fewer are needed, the last ones repeat the first.
      {
        name: `taproom-ci-${name}-${index + 1}`,
        path,
        policy: documents.apply((texts) => texts[index % texts.length] ?? ''),
      },
      options,
    );
    new iam.RolePolicyAttachment(`${name}-${index + 1}`, { role: role.name, policyArn: policy.arn }, options);
  }
}
