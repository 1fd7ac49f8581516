import { createSeed } from '../cloud/seed';
import { type Bag, isBag } from '../protocol/values';

export type GcpPlace = { project: string; region: string };

/** Project and region of the resource, else of its provider. */
export function placeOf(config: Bag, inputs: Bag): GcpPlace {
  const text = (value: Bag[string] | undefined) => (typeof value === 'string' ? value : '');
  return { project: text(inputs.project ?? config.project), region: text(inputs.region ?? config.region) };
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

export function selfLink(place: { project: string }, path: string): string {
  return `https://www.googleapis.com/compute/v1/projects/${place.project}/${path}`;
}
