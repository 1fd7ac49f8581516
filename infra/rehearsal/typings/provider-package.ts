import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** An installed npm package of a Pulumi provider. `name` is the Pulumi package's (aws), not npm's. */
export type ProviderPackage = { name: string; npmName: string; version: string; folder: string };

/** The provider packages in a node_modules folder: those whose package.json says `pulumi.resource`. */
export function findProviderPackages(nodeModules: string): ProviderPackage[] {
  return listPackages(nodeModules).flatMap((npmName) => {
    const folder = join(nodeModules, npmName);
    const manifestFile = join(folder, 'package.json');
    if (!existsSync(manifestFile)) return [];
    const manifest: unknown = JSON.parse(readFileSync(manifestFile, 'utf8'));
    if (!isManifest(manifest) || manifest.pulumi?.resource !== true) return [];
    const name = manifest.pulumi.name ?? npmName.replace(/^@[^/]*\//, '');
    return [{ name, npmName, version: manifest.version, folder }];
  });
}

function listPackages(nodeModules: string): string[] {
  if (!existsSync(nodeModules)) return [];
  return readdirSync(nodeModules).flatMap((entry) =>
    entry.startsWith('@') ? readdirSync(join(nodeModules, entry)).map((name) => `${entry}/${name}`) : [entry],
  );
}

type Manifest = { version: string; pulumi?: { resource?: boolean; name?: string } };

function isManifest(value: unknown): value is Manifest {
  return typeof value === 'object' && value !== null && 'version' in value && typeof value.version === 'string';
}
