import { type DeclarationFiles, openDeclarationFiles } from './declaration-files';
import type { ProviderPackage } from './provider-package';
import { readFunctionTypings, readResourceTypings } from './read-typings';
import type { Typings } from './shape';

export type PackageTypings = {
  /** Undefined when the package declares no such resource type. */
  resource(token: string): Typings | undefined;
  /** Undefined when the package declares no such function. */
  function(token: string): Typings | undefined;
};

/** The typings of one installed provider package. Each declaration is read when first asked for, in about 50 ms. */
export function openPackageTypings(provider: ProviderPackage): PackageTypings {
  let files: DeclarationFiles | undefined;
  const remember = (read: typeof readResourceTypings) => {
    const known = new Map<string, Typings | undefined>();
    return (token: string) => {
      if (!known.has(token)) {
        files ??= openDeclarationFiles(provider.folder);
        known.set(token, read(files, token));
      }
      return known.get(token);
    };
  };
  return { resource: remember(readResourceTypings), function: remember(readFunctionTypings) };
}
