import type { SimulatedPackage } from '../declare';
import { checkProperties } from '../typings/check-shape';
import type { Shape, Typings } from '../typings/shape';
import { type Bag, mapBag, reveal, Unknown, type Value } from './values';

/** Settings of the engine among those of the provider. */
const enginesOwn: ReadonlySet<string> = new Set(['version', 'pluginDownloadURL', 'parameterization', '__internal']);

/** The provider's own settings, with what travels as JSON text decoded: the SDKs send everything but text that way. */
export function decodeConfig(config: Bag, typings: Typings): Bag {
  const own = Object.fromEntries(Object.entries(config).filter(([key]) => !enginesOwn.has(key)));
  return mapBag(own, (value, key) => decode(reveal(value), typings.inputs[key]?.shape));
}

function decode(value: Value, shape: Shape | undefined): Value {
  if (typeof value !== 'string' || !shape || shape.kind === 'string' || shape.kind === 'any') return value;
  if (shape.kind === 'union' && shape.of.some((member) => member.kind === 'string')) return value;
  try {
    return JSON.parse(value) as Value;
  } catch {
    // Left as it is: the check of its shape names the key.
    return value;
  }
}

export function checkProviderConfig(
  simulated: SimulatedPackage,
  config: Bag,
  typings: Typings,
): { property: string; reason: string }[] {
  const decoded = decodeConfig(config, typings);
  const failures = checkProperties(decoded, typings.inputs, typings.objects).map((failure) => ({
    property: failure.path,
    reason: failure.reason,
  }));
  const isKnown = Object.values(decoded).every((value) => !(value instanceof Unknown));
  return isKnown && failures.length === 0 ? [...simulated.checkConfig(decoded)] : failures;
}
