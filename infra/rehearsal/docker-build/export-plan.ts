import type { types } from '@pulumi/docker-build';

/** What an export does with the image. `names` are references beside the tags; loaded is what Docker's engine gets. */
export type ExportPlan = { type: string; isPushed: boolean; isLoaded: boolean; names: readonly string[] };

export type Export = types.output.Export;
const kinds = ['cacheonly', 'docker', 'image', 'local', 'oci', 'raw', 'registry', 'tar'] as const;
/** Those that give an image, and so a digest. */
const imageTypes: ReadonlySet<string> = new Set(['image', 'docker', 'oci']);

/** Throws with the provider's words when the export says nothing, or several things. */
export function parseExport(wanted: Export): ExportPlan | undefined {
  if (wanted.disabled) return undefined;
  const given = kinds.filter((kind) => wanted[kind] !== undefined);
  if (given.length > 1) throw new Error('exports should only specify one export type');
  if (wanted.raw !== undefined) return parseRaw(wanted.raw);
  if (wanted.registry) return pushed(wanted.registry.push ?? true, wanted.registry.names);
  if (wanted.image) return pushed(wanted.image.push ?? false, wanted.image.names);
  const [type] = given;
  if (type === undefined) throw new Error('type is required for output');
  // Without a file to write to, an image in Docker's format goes to its engine.
  return { type, isPushed: false, isLoaded: type === 'docker' && !wanted.docker?.dest, names: [] };
}

/** All that will happen to the image: `exports`, and what `push` and `load` stand for. */
export function planExports(args: { exports?: readonly Export[]; push: boolean; load?: boolean }): ExportPlan[] {
  const plans = (args.exports ?? []).flatMap((wanted) => parseExport(wanted) ?? []);
  if (args.push) plans.push(pushed(true));
  if (args.load) plans.push({ type: 'docker', isPushed: false, isLoaded: true, names: [] });
  return plans;
}

export function givesDigest({ type }: ExportPlan): boolean {
  return imageTypes.has(type);
}

/** As `docker buildx build --output` takes it: `type=image,push=true`. */
function parseRaw(raw: string): ExportPlan {
  const attributes = new Map(
    raw.split(',').map((field) => {
      const at = field.indexOf('=');
      if (at === -1) throw new Error(`invalid value ${field}: an export is a list of key=value`);
      return [field.slice(0, at).trim().toLowerCase(), field.slice(at + 1)] as const;
    }),
  );
  const type = attributes.get('type');
  if (type === undefined) throw new Error('type is required for output');
  const names = (attributes.get('name') ?? '').split(' ').filter(Boolean);
  // "registry" is short for an image that is pushed.
  if (type === 'registry') return pushed(true, names);
  const isLoaded = type === 'docker' && !attributes.has('dest');
  return { type, isPushed: attributes.get('push') === 'true', isLoaded, names };
}

function pushed(isPushed: boolean, names: readonly string[] = []): ExportPlan {
  return { type: 'image', isPushed, isLoaded: false, names };
}
