import { type Static, type TSchema, Type } from 'typebox';
import { Value } from 'typebox/value';

const strict = { additionalProperties: false };
const text = Type.String();
const texts = Type.Array(text);
const whole = Type.Integer();
const flag = Type.Boolean();
const texted = Type.Record(Type.String(), text);
const named = <Properties extends Record<string, TSchema>>(properties: Properties) => Type.Object(properties, strict);
const optional = Type.Optional;
const reference = named({ name: text, valueFrom: text });

/**
 * One entry of `containerDefinitions`, as the API takes it: a key that it does not know is dropped by the provider without a
 * word. Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
 */
const ContainerDefinitionSchema = named({
  name: text,
  image: text,
  command: optional(texts),
  cpu: optional(whole),
  credentialSpecs: optional(texts),
  dependsOn: optional(Type.Array(named({ condition: text, containerName: text }))),
  disableNetworking: optional(flag),
  dnsSearchDomains: optional(texts),
  dnsServers: optional(texts),
  dockerLabels: optional(texted),
  dockerSecurityOptions: optional(texts),
  entryPoint: optional(texts),
  environment: optional(Type.Array(named({ name: text, value: text }))),
  environmentFiles: optional(Type.Array(named({ type: text, value: text }))),
  essential: optional(flag),
  extraHosts: optional(Type.Array(named({ hostname: text, ipAddress: text }))),
  firelensConfiguration: optional(named({ type: text, options: optional(texted) })),
  healthCheck: optional(
    named({
      command: texts,
      interval: optional(whole),
      retries: optional(whole),
      startPeriod: optional(whole),
      timeout: optional(whole),
    }),
  ),
  hostname: optional(text),
  interactive: optional(flag),
  links: optional(texts),
  linuxParameters: optional(
    named({
      capabilities: optional(named({ add: optional(texts), drop: optional(texts) })),
      devices: optional(
        Type.Array(named({ hostPath: text, containerPath: optional(text), permissions: optional(texts) })),
      ),
      initProcessEnabled: optional(flag),
      maxSwap: optional(whole),
      sharedMemorySize: optional(whole),
      swappiness: optional(whole),
      tmpfs: optional(Type.Array(named({ containerPath: text, size: whole, mountOptions: optional(texts) }))),
    }),
  ),
  logConfiguration: optional(
    named({ logDriver: text, options: optional(texted), secretOptions: optional(Type.Array(reference)) }),
  ),
  memory: optional(whole),
  memoryReservation: optional(whole),
  mountPoints: optional(
    Type.Array(named({ containerPath: optional(text), readOnly: optional(flag), sourceVolume: optional(text) })),
  ),
  portMappings: optional(
    Type.Array(
      named({
        appProtocol: optional(text),
        containerPort: optional(whole),
        containerPortRange: optional(text),
        hostPort: optional(whole),
        name: optional(text),
        protocol: optional(text),
      }),
    ),
  ),
  privileged: optional(flag),
  pseudoTerminal: optional(flag),
  readonlyRootFilesystem: optional(flag),
  repositoryCredentials: optional(named({ credentialsParameter: text })),
  resourceRequirements: optional(Type.Array(named({ type: text, value: text }))),
  restartPolicy: optional(
    named({
      enabled: flag,
      ignoredExitCodes: optional(Type.Array(whole)),
      restartAttemptPeriod: optional(whole),
    }),
  ),
  secrets: optional(Type.Array(reference)),
  startTimeout: optional(whole),
  stopTimeout: optional(whole),
  systemControls: optional(Type.Array(named({ namespace: optional(text), value: optional(text) }))),
  ulimits: optional(Type.Array(named({ hardLimit: whole, name: text, softLimit: whole }))),
  user: optional(text),
  versionConsistency: optional(Type.Union([Type.Literal('enabled'), Type.Literal('disabled')])),
  volumesFrom: optional(Type.Array(named({ readOnly: optional(flag), sourceContainer: optional(text) }))),
  workingDirectory: optional(text),
});

const ContainerDefinitionsSchema = Type.Array(ContainerDefinitionSchema);

export type ContainerDefinition = Static<typeof ContainerDefinitionSchema>;

export type ParsedDefinitions = { containers: readonly ContainerDefinition[]; problems: readonly string[] };

/** The containers of a task definition, or what is wrong with their JSON. Messages name properties, never values. */
export function parseContainerDefinitions(json: string): ParsedDefinitions {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    return { containers: [], problems: [`${invalid}: Error decoding JSON: it is no JSON (containerDefinitions)`] };
  }
  if (Value.Check(ContainerDefinitionsSchema, parsed)) return { containers: parsed, problems: [] };
  return { containers: [], problems: Value.Errors(ContainerDefinitionsSchema, parsed).flatMap(describe) };
}

/** The containers of a definition that was accepted before. */
export function containersOf(json: string): readonly ContainerDefinition[] {
  const { containers, problems } = parseContainerDefinitions(json);
  if (problems.length > 0) throw new Error(`the definition was taken for a valid one: ${problems.join('; ')}`);
  return containers;
}

const invalid = 'ECS Task Definition container_definitions is invalid';

type Problem = ReturnType<typeof Value.Errors>[number];

function describe(problem: Problem): string[] {
  const at = pathOf(problem.instancePath);
  switch (problem.keyword) {
    case 'additionalProperties':
      return problem.params.additionalProperties.map(
        (key) => `${at}.${key} is no property of a container definition: the provider drops it without a word`,
      );
    case 'required':
      return problem.params.requiredProperties.map((key) => `ClientException: ${at}.${key} must not be null or empty`);
    case 'type':
      return [`${invalid}: Error decoding JSON: ${at} must be of type ${problem.params.type}`];
    case 'anyOf':
      return [`${invalid}: invalid value of ${at}`];
    default:
      // Told by the object or choice around it.
      return [];
  }
}

function pathOf(instancePath: string): string {
  return `containerDefinitions${instancePath
    .split('/')
    .slice(1)
    .map((part) => (/^\d+$/.test(part) ? `[${part}]` : `.${part}`))
    .join('')}`;
}
