import { type JavaScriptValue, Struct } from 'google-protobuf/google/protobuf/struct_pb';
import { Asset, type Bag, isBag, Secret, Unknown, unknown, type Value } from './values';

// The engine's marks for values that JSON lacks.
// Source: https://github.com/pulumi/pulumi/blob/v3.248.0/sdk/go/common/resource/sig/sig.go and .../plugin/rpc.go
const signature = '4dabf18193072939515e22adb298388d';
const secretSignature = '1b47061264138c4ac30d75fd1eb44270';
const assetSignature = 'c44067f5952c0a294b673a41bacd8c17';
const archiveSignature = '0def7320c3a5731c473e5ecbe6d01bc7';
const resourceSignature = '5cf8f73096256a8f31e491e813e4eb8e';
const outputSignature = 'd0e6a833031e9bbcd3f4e8bde6ca49a4';
const unknownValues: ReadonlySet<string> = new Set([
  '04da6b54-80e4-46f7-96ec-b56ff0331ba9',
  '1c4a061d-8072-4f0a-a4cb-0ff528b18fe7',
  '3eeb2bf0-c639-47a8-9e75-3b44932eb421',
  '6a19a0b0-7e62-4c92-b797-7f8e31da9cc2',
  '030794c1-ac77-496b-92df-f27374a8bd58',
  'e48ece36-62e2-4504-bad9-02848725956a',
  'dd056dcd-154b-4c76-9bd3-c8f88648b5ff',
]);
const unknownValue = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';

export function parseStruct(struct: Struct | undefined): Bag {
  const bag = parseValue(struct?.toJavaScript() ?? {});
  if (!isBag(bag)) throw new TypeError('the engine sent properties that are no object');
  return bag;
}

export function buildStruct(bag: Bag): Struct {
  return Struct.fromJavaScript(Object.fromEntries(Object.entries(bag).map(([key, value]) => [key, buildValue(value)])));
}

function parseValue(value: JavaScriptValue): Value {
  if (typeof value === 'string') return unknownValues.has(value) ? unknown : value;
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value;
  if (Array.isArray(value)) return value.map(parseValue);
  const fields = Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, parseValue(item as JavaScriptValue)]),
  );
  switch (fields[signature]) {
    case undefined:
      return fields;
    case secretSignature:
      return new Secret(fields.value ?? null);
    case outputSignature: {
      const inner = 'value' in fields ? (fields.value ?? null) : unknown;
      return fields.secret === true ? new Secret(inner) : inner;
    }
    case assetSignature:
    case archiveSignature:
      return new Asset(fields);
    case resourceSignature:
      // A provider that takes no resource references is given the resource's id, or its URN when it has none.
      return fields.id === undefined || fields.id === '' ? (fields.urn ?? null) : fields.id;
    default:
      throw new TypeError(`the engine sent a value with the unknown signature ${String(fields[signature])}`);
  }
}

function buildValue(value: Value): JavaScriptValue {
  if (value instanceof Unknown) return unknownValue;
  if (value instanceof Secret) return { [signature]: secretSignature, value: buildValue(value.value) };
  if (value instanceof Asset) return buildValue(value.fields);
  if (Array.isArray(value)) return value.map((item: Value) => buildValue(item));
  if (isBag(value)) {
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, item]) => item !== undefined)
        .map(([key, item]) => [key, buildValue(item)]),
    );
  }
  return value as JavaScriptValue;
}
