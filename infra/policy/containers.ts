import { listOf, parseDocument, readPath, recordOf, recordsOf, textOf } from './read-inputs';

/** What a resource runs, in the same words for every platform. */
export type Container = {
  /** Where its image is named. */
  imageProperty: string;
  /** With its tag or digest; undefined when there is none. */
  image: string | undefined;
  /** Variables whose values stand in the definition. */
  env: readonly { property: string; name: string; value: unknown }[];
  /** References to secrets: an ARN on AWS, a version on Google Cloud. */
  secrets: readonly { property: string; reference: unknown }[];
};

type Inputs = Readonly<Record<string, unknown>>;

const workloads = [
  'apps/v1:Deployment',
  'apps/v1:StatefulSet',
  'apps/v1:DaemonSet',
  'apps/v1:ReplicaSet',
  'batch/v1:Job',
];

const readers: Readonly<Record<string, (inputs: Inputs) => Container[]>> = {
  'aws:apprunner/service:Service': ({ sourceConfiguration }) => {
    const path = 'sourceConfiguration.imageRepository';
    const repository = readPath(recordOf(sourceConfiguration), 'imageRepository');
    if (repository === undefined) return [];
    const { imageIdentifier, imageConfiguration } = recordOf(repository);
    const { runtimeEnvironmentVariables, runtimeEnvironmentSecrets } = recordOf(imageConfiguration);
    return [
      {
        imageProperty: `${path}.imageIdentifier`,
        image: textOf(imageIdentifier),
        env: variables(`${path}.imageConfiguration.runtimeEnvironmentVariables`, runtimeEnvironmentVariables),
        secrets: Object.entries(recordOf(runtimeEnvironmentSecrets)).map(([name, reference]) => ({
          property: `${path}.imageConfiguration.runtimeEnvironmentSecrets.${name}`,
          reference,
        })),
      },
    ];
  },
  'aws:ecs/taskDefinition:TaskDefinition': ({ containerDefinitions }) =>
    recordsOf(parseDocument(containerDefinitions)).map((definition, index) =>
      ecsContainer(`containerDefinitions[${index}]`, definition, definition.environment),
    ),
  'aws:ecs/expressGatewayService:ExpressGatewayService': ({ primaryContainer }) => {
    const definition = recordOf(primaryContainer);
    return [ecsContainer('primaryContainer', definition, definition.environments)];
  },
  'aws:lambda/function:Function': ({ packageType, imageUri, environment }) => [
    ...(packageType === 'Image'
      ? [{ imageProperty: 'imageUri', image: textOf(imageUri), env: lambdaVariables(environment), secrets: [] }]
      : []),
  ],
  'gcp:cloudrunv2/service:Service': (inputs) => cloudRunContainers(inputs, 'template'),
  'gcp:cloudrunv2/job:Job': (inputs) => cloudRunContainers(inputs, 'template.template'),
  'docker:index/container:Container': ({ image, envs }) => [
    {
      imageProperty: 'image',
      image: textOf(image),
      env: listOf(envs).map((entry, index) => {
        const [name = '', ...value] = String(entry).split('=');
        return { property: `envs[${index}]`, name, value: value.join('=') };
      }),
      secrets: [],
    },
  ],
  'kubernetes:helm.sh/v3:Release': ({ values }) => chartContainer(recordOf(values)),
  'kubernetes:core/v1:Pod': (inputs) => podContainers(inputs, 'spec'),
  'kubernetes:batch/v1:CronJob': (inputs) => podContainers(inputs, 'spec.jobTemplate.spec.template.spec'),
  ...Object.fromEntries(
    workloads.map((kind) => [`kubernetes:${kind}`, (inputs: Inputs) => podContainers(inputs, 'spec.template.spec')]),
  ),
};

export const containerTypes = Object.keys(readers);

/** The containers that a resource runs; none when its type runs none. */
export function containersOf({ type, inputs }: { type: string; inputs: Inputs }): Container[] {
  return readers[type]?.(inputs) ?? [];
}

function variables(path: string, values: unknown): Container['env'] {
  return Object.entries(recordOf(values)).map(([name, value]) => ({ property: `${path}.${name}`, name, value }));
}

function lambdaVariables(environment: unknown): Container['env'] {
  return variables('environment.variables', recordOf(environment).variables);
}

function namedVariables(path: string, entries: unknown): Container['env'] {
  return recordsOf(entries).map(({ name, value }) => ({ property: `${path}.${name}`, name: String(name), value }));
}

function ecsContainer(path: string, definition: Inputs, environment: unknown): Container {
  return {
    imageProperty: `${path}.image`,
    image: textOf(definition.image),
    env: namedVariables(`${path}.environment`, environment),
    secrets: recordsOf(definition.secrets).map(({ name, valueFrom }) => ({
      property: `${path}.secrets.${name}.valueFrom`,
      reference: valueFrom,
    })),
  };
}

function cloudRunContainers(inputs: Inputs, path: string): Container[] {
  const template = recordOf(readPath(inputs, path));
  const mounted = recordsOf(template.volumes).flatMap(({ secret }, index) =>
    recordsOf(recordOf(secret).items).map(({ version }, item) => ({
      property: `${path}.volumes[${index}].secret.items[${item}].version`,
      reference: version,
    })),
  );
  return recordsOf(template.containers).map(({ image, envs }, index) => ({
    imageProperty: `${path}.containers[${index}].image`,
    image: textOf(image),
    env: namedVariables(`${path}.containers[${index}].envs`, envs),
    secrets: [
      ...recordsOf(envs).flatMap(({ name, valueSource }) => {
        const reference = recordOf(valueSource).secretKeyRef;
        if (reference === undefined) return [];
        const property = `${path}.containers[${index}].envs.${name}.valueSource.secretKeyRef.version`;
        return [{ property, reference: recordOf(reference).version }];
      }),
      // They belong to all containers: told once.
      ...(index === 0 ? mounted : []),
    ],
  }));
}

function podContainers(inputs: Inputs, path: string): Container[] {
  const spec = recordOf(readPath(inputs, path));
  return ['initContainers', 'containers'].flatMap((list) =>
    recordsOf(spec[list]).map(({ image, env }, index) => ({
      imageProperty: `${path}.${list}[${index}].image`,
      image: textOf(image),
      env: namedVariables(`${path}.${list}[${index}].env`, env),
      // Kubernetes has no versions of its own: what syncs from a secrets manager pins them.
      secrets: [],
    })),
  );
}

/** By the values that most charts have, ours among them: image.repository, image.tag, image.digest and env. */
function chartContainer({ image, env }: Inputs): Container[] {
  const { repository, tag, digest } = recordOf(image);
  if (textOf(repository) === undefined) return [];
  const named = textOf(digest) === undefined ? `${repository}:${tag ?? 'latest'}` : `${repository}@${digest}`;
  const entries = Array.isArray(env) ? namedVariables('values.env', env) : variables('values.env', env);
  return [{ imageProperty: 'values.image.digest', image: named, env: entries, secrets: [] }];
}
