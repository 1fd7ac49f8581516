import type { Place } from '../cloud/cloud';
import { type Bag, isBag } from '../protocol/values';

/** The one account of the simulated AWS. */
export const accountId = '123456789012';

export type AwsPlace = { partition: string; account: string; region: string };

/** Region of the resource (aws 7: every resource may name one), else of its provider. */
export function placeOf(config: Bag, inputs: Bag): AwsPlace {
  const region = inputs.region ?? config.region;
  return { partition: 'aws', account: accountId, region: typeof region === 'string' ? region : '' };
}

/** `arn:aws:sqs:eu-west-1:123456789012:orders`. */
export function arn(service: string, place: Place, rest: string): string {
  return `arn:${place.partition}:${service}:${place.region}:${place.account}:${rest}`;
}

/** An ARN of a service without regions, such as IAM. */
export function globalArn(service: string, place: Place, rest: string): string {
  return `arn:${place.partition}:${service}::${place.account}:${rest}`;
}

/** Tags that the provider adds to everything. */
export function defaultTags(config: Bag): Bag {
  const declared = config.defaultTags;
  return isBag(declared) && isBag(declared.tags) ? declared.tags : {};
}
