import { type MockedResource, Secret } from '../testing/mock-clouds';

/** Who can read which variables, and where they are kept. */
export type SecretReader = {
  /** Such as `role taproom-dev-app-runner`. */
  principal: string;
  /** Where the cloud keeps it. */
  place: string;
  variables: string[];
};

/** Every reader of a secret value in a deployment under mocks, from its policy documents, bindings and mounts. */
export function findSecretReaders(resources: readonly MockedResource[]): SecretReader[] {
  const readers = [...readersOnAws(resources), ...readersOnGoogle(resources), ...readersOnDocker(resources)];
  return readers.sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

function key({ place, principal }: SecretReader): string {
  return `${place} ${principal}`;
}

function ofType(resources: readonly MockedResource[], type: string): MockedResource[] {
  return resources.filter((resource) => resource.type === type);
}

/** By the statements of each role's policies; and the migration, whose values come in the call. */
function readersOnAws(resources: readonly MockedResource[]): SecretReader[] {
  const policies = ofType(resources, 'aws:iam/rolePolicy:RolePolicy');
  const stored = ofType(resources, 'aws:secretsmanager/secret:Secret').flatMap(({ name, inputs }) => {
    const versions = ofType(resources, 'aws:secretsmanager/secretVersion:SecretVersion');
    const values = versions.filter((version) => textOf(version.inputs.secretId) === idOf(name));
    const variables = values.flatMap((version) => Object.keys(parse(version.inputs.secretString))).sort();
    const secret = textOf(inputs.name);
    return policies
      .filter((policy) => statementsOf(policy).some((statement) => lets(statement, secret)))
      .map(({ inputs: { role } }) => ({
        principal: `role ${roleName(resources, textOf(role))}`,
        place: `Secrets Manager: ${secret}`,
        variables,
      }));
  });
  const called = ofType(resources, 'aws:lambda/invocation:Invocation').map(({ inputs }) => ({
    principal: `function ${textOf(inputs.functionName)}`,
    place: 'in the call, and stored nowhere',
    variables: Object.keys(parse(inputs.input))
      .filter((name) => name.endsWith('PASSWORD'))
      .sort(),
  }));
  return [...stored, ...called];
}

type PolicyStatement = { Effect: string; Action: string | string[]; Resource: string | string[] };

function statementsOf({ inputs }: MockedResource): PolicyStatement[] {
  return [(parse(inputs.policy) as { Statement: PolicyStatement | PolicyStatement[] }).Statement].flat();
}

/** Denials are not subtracted: a reader too many is what shall be seen. */
function lets({ Effect, Action, Resource }: PolicyStatement, secret: string): boolean {
  const arn = `arn:aws:secretsmanager:us-east-1:123456789012:secret:${secret}-AbCdEf`;
  return (
    Effect === 'Allow' &&
    [Action].flat().some((pattern) => matches(pattern.toLowerCase(), 'secretsmanager:getsecretvalue')) &&
    [Resource].flat().some((pattern) => matches(pattern, arn))
  );
}

function matches(pattern: string, text: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('?', '.'));
  return new RegExp(`^${parts.join('.*')}$`).test(text);
}

/** A policy names its role by the name or by the id. */
function roleName(resources: readonly MockedResource[], role: string): string {
  const found = ofType(resources, 'aws:iam/role:Role').find(({ name }) => idOf(name) === role);
  return found === undefined ? role : textOf(found.inputs.name);
}

/** By the bindings of each secret, and those of the whole project that reach it. */
function readersOnGoogle(resources: readonly MockedResource[]): SecretReader[] {
  const reads = /^roles\/(secretmanager\.(secretAccessor|admin)|owner|editor)$/;
  const everywhere = ofType(resources, 'gcp:projects/iAMMember:IAMMember').filter(({ inputs }) =>
    reads.test(textOf(inputs.role)),
  );
  return ofType(resources, 'gcp:secretmanager/secret:Secret').flatMap(({ name, inputs }) => {
    const own = ofType(resources, 'gcp:secretmanager/secretIamMember:SecretIamMember').filter(
      (member) => textOf(member.inputs.secretId) === idOf(name) && reads.test(textOf(member.inputs.role)),
    );
    const secret = textOf(inputs.secretId);
    return [...own, ...everywhere].map(({ inputs: { member } }) => ({
      principal: textOf(member).replace('serviceAccount:', 'service account ').replace(/@.*/, ''),
      place: `Secret Manager: ${secret}`,
      variables: [variableOf(name)],
    }));
  });
}

/** `cloud-run-postgres-password` is POSTGRES_PASSWORD of the reader cloud-run. */
function variableOf(part: string): string {
  const text = part.replace(/^(cloud-run|migration)-/, '');
  return text.toUpperCase().replaceAll('-', '_');
}

/** By the volumes that containers mount. */
function readersOnDocker(resources: readonly MockedResource[]): SecretReader[] {
  const containers = ofType(resources, 'docker:index/container:Container');
  const carriers = containers.filter(({ inputs }) => inputs.uploads !== undefined);
  return carriers.flatMap(({ name, inputs }) => {
    const variables = (unwrap(inputs.uploads) as { file: string; content: unknown }[]).flatMap(({ file, content }) => {
      const lines = textOf(content).split('\n');
      const names = lines.flatMap((line) => /^([A-Z_]+)=/.exec(line)?.[1] ?? []);
      return names.length > 0 ? names : [file.split('/').at(-1) ?? file];
    });
    const volume = volumesOf(inputs)[0];
    return containers
      .filter((container) => container.name !== name && volumesOf(container.inputs).includes(volume ?? ''))
      .map((container) => ({
        // Without a name of its own where the provider makes one.
        principal: `container ${textOf(container.inputs.name ?? container.name)}`,
        place: `volume ${volume}`,
        variables: variables.sort(),
      }));
  });
}

function volumesOf({ volumes = [] }: MockedResource['inputs']): string[] {
  return (volumes as { volumeName: unknown }[]).map(({ volumeName }) => textOf(volumeName));
}

/** As the mocks name what they make. */
function idOf(name: string): string {
  return `${name}-id`;
}

function parse(value: unknown): object {
  return JSON.parse(textOf(value)) as object;
}

function textOf(value: unknown): string {
  return String(unwrap(value));
}

function unwrap(value: unknown): unknown {
  return value instanceof Secret ? value.value : value;
}
