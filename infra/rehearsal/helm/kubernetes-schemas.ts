import { createHash } from 'node:crypto';
import { access, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { cacheFolder } from '../engine/cache-folder';
import { runGo } from '../engine/run-go';
import { type Schema, strictDefinition, strictSchema } from './strict-schema';

/** Where the schemas come from: Go modules, by version and checksum (as in a go.sum). */
const kubernetes = {
  module: 'k8s.io/kubernetes@v1.35.0',
  sum: 'h1:PUOojD8c8E3csMP5NX+nLLne6SGqZjrYCscptyBfWMY=',
  file: 'api/openapi-spec/swagger.json',
};
const customResources = [
  {
    module: 'sigs.k8s.io/gateway-api@v1.4.1',
    sum: 'h1:NPxFutNkKNa8UfLd2CMlEuhIPMQgDQ6DXNKG9sHbJU8=',
    file: 'config/crd/standard/gateway.networking.k8s.io_httproutes.yaml',
  },
  {
    module: 'sigs.k8s.io/secrets-store-csi-driver@v1.5.4',
    sum: 'h1:enl+v1+JbKDyVjdfT/7CillZsc4rLAM9tTHyf7GeLxc=',
    file: 'config/crd/bases/secrets-store.csi.x-k8s.io_secretproviderclasses.yaml',
  },
];

type ModuleFile = typeof kubernetes;
type Kind = { group: string; version: string; kind: string };
type CustomResourceDefinition = {
  spec: {
    group: string;
    names: { kind: string };
    versions: { name: string; schema: { openAPIV3Schema: Schema } }[];
  };
};

/**
 * A folder with a strict JSON Schema for every kind of Kubernetes, HTTPRoute and SecretProviderClass, for kubeconform's
 * `-schema-location` as `schemaLocation` writes it. Made once, from Go modules. Throws where Go or they are out of reach.
 */
export async function findKubernetesSchemas(progress: (line: string) => void = () => {}): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([kubernetes, customResources]));
  for (const source of [__filename, join(__dirname, 'strict-schema.ts')]) hash.update(await readFile(source));
  const folder = join(cacheFolder(), `kubernetes-schemas-${hash.digest('hex').slice(0, 16)}`);
  if (await exists(folder)) return folder;
  progress('reading the schemas of Kubernetes from its Go modules, once');
  const unfinished = `${folder}.building-${process.pid}`;
  await mkdir(unfinished, { recursive: true });
  try {
    for (const [kind, schema] of [...(await builtInSchemas()), ...(await customSchemas())]) {
      await writeFile(join(unfinished, fileName(kind)), JSON.stringify(schema));
    }
    await rename(unfinished, folder).catch(async (error: unknown) => {
      // Another process was faster, with the same sources.
      if (!(await exists(folder))) throw error;
    });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return folder;
}

/** The folder as kubeconform wants to be told of it. */
export function schemaLocation(folder: string): string {
  return join(folder, '{{ .ResourceKind }}{{ .KindSuffix }}.json');
}

async function builtInSchemas(): Promise<[Kind, Schema][]> {
  const { definitions } = JSON.parse(await readModuleFile(kubernetes)) as { definitions: Record<string, Schema> };
  return Object.entries(definitions).flatMap(([name, schema]) => {
    const kinds = schema['x-kubernetes-group-version-kind'] as Kind[] | undefined;
    // Definitions of several kinds, such as DeleteOptions, are not manifests.
    const [kind, another] = kinds ?? [];
    if (kind === undefined || another !== undefined) return [];
    return [[kind, strictDefinition(name, definitions)] satisfies [Kind, Schema]];
  });
}

async function customSchemas(): Promise<[Kind, Schema][]> {
  const texts = await Promise.all(customResources.map(readModuleFile));
  return texts.flatMap((text) => {
    const { group, names, versions } = (parse(text) as CustomResourceDefinition).spec;
    return versions.map(({ name, schema }): [Kind, Schema] => {
      return [{ group, version: name, kind: names.kind }, strictSchema(schema.openAPIV3Schema)];
    });
  });
}

/** As kubeconform composes it: the group up to its first dot. */
function fileName({ group, version, kind }: Kind): string {
  const suffix = [group.split('.')[0], version].filter(Boolean).join('-');
  return `${kind}-${suffix}.json`.toLowerCase();
}

async function readModuleFile({ module, sum, file }: ModuleFile): Promise<string> {
  // Outside a module of its own, so that nothing that it needs is loaded with it.
  const { code, stdout, stderr } = await runGo(tmpdir(), ['mod', 'download', '-json', module]);
  if (code !== 0) throw new Error(`the schemas in ${module} cannot be had by Go:\n${stderr.trim()}${stdout.trim()}`);
  const { Dir, Sum } = JSON.parse(stdout) as { Dir: string; Sum: string };
  if (Sum !== sum) throw new Error(`${module} has the checksum ${Sum}, not ${sum}`);
  return readFile(join(Dir, file), 'utf8');
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
