import type * as pulumi from '@pulumi/pulumi';
import * as random from '@pulumi/random';

/** A secret of 32 letters and digits: no character that a URL, a shell or ElastiCache's AUTH would take amiss. */
export function createPassword(name: string, options: pulumi.CustomResourceOptions): pulumi.Output<string> {
  return new random.RandomPassword(`${name}-password`, { length: 32, special: false }, options).result;
}
