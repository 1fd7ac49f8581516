import type { Unwrap } from '@pulumi/pulumi';
import { createSeed } from '../cloud/seed';
import { type OutputsOf, type ResourceSpec, type ResourceType, resource } from '../declare';
import { type Bag, isBag } from '../protocol/values';

export type GcpPlace = { project: string; region: string };

/** Project and region of the resource, else of its provider. */
export function placeOf(config: Bag, inputs: Bag): GcpPlace {
  const text = (value: Bag[string] | undefined) => (typeof value === 'string' ? value : '');
  return {
    project: text(inputs.project ?? config.project).replace(/^projects\//, ''),
    region: text(inputs.region ?? inputs.location ?? config.region),
  };
}

/** The number that Google gives a project beside its name. */
export function projectNumber(project: string): string {
  return createSeed(`project ${project}`).digits(12);
}

/** Labels the provider adds: the configured ones and its own mark. Source: @pulumi/gcp, `addPulumiAttributionLabel`. */
export function allLabels(config: Bag, own: Bag): Bag {
  const declared = isBag(config.defaultLabels) ? config.defaultLabels : {};
  const mark: Bag = config.addPulumiAttributionLabel === false ? {} : { 'goog-pulumi-provisioned': 'true' };
  return { ...mark, ...declared, ...own };
}

export function selfLink(place: { project?: string }, path: string): string {
  return `https://www.googleapis.com/compute/v1/projects/${place.project}/${path}`;
}

/** The last part of a full name, a self link or a bare name. */
export function shortName(reference: string): string {
  return reference.split('/').at(-1) ?? reference;
}

/** Google takes a resource's id, its self link or its bare name. */
export function refersTo(reference: string, entity: { id: string; outputs: { name: string } }): boolean {
  return reference === entity.id || reference === entity.outputs.name || reference.endsWith(`/${entity.id}`);
}

/**
 * A type of Google Cloud: `resource` with what all of them share. With `deletionPolicy` ABANDON the provider forgets the
 * resource and leaves it in the cloud.
 */
export function googleResource<Resource, Args>(
  spec: ResourceSpec<Unwrap<Args>, OutputsOf<Resource>>,
): ResourceType<Unwrap<Args>, OutputsOf<Resource>> {
  return resource<Resource, Args>({
    ...spec,
    delete: (lifecycle) => {
      const inputs: { deletionPolicy?: unknown } = lifecycle.entity.inputs as object;
      if (inputs.deletionPolicy === 'ABANDON') return 'kept';
      return spec.delete?.(lifecycle) ?? 'gone';
    },
  });
}

/** `projects/PROJECT/PATH/NAME`, from that or from the bare name. Google also writes the project's number. */
export function fullName(reference: string, place: { project?: string }, path: string): string {
  const project = place.project ?? '';
  if (!reference.includes('/')) return `projects/${project}/${path}/${reference}`;
  return reference.replace(`projects/${projectNumber(project)}/`, `projects/${project}/`);
}

/** What an update leaves as it was, of outputs that only the creation gives. */
export function keep<Outputs, Key extends keyof Outputs>(
  previous: Outputs | undefined,
  ...keys: readonly Key[]
): Partial<Pick<Outputs, Key>> {
  if (!previous) return {};
  return Object.fromEntries(keys.map((key) => [key, previous[key]])) as Partial<Pick<Outputs, Key>>;
}
