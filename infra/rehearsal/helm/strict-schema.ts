/** JSON Schema, as far as Kubernetes writes it. */
export type Schema = {
  $ref?: string;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  items?: Schema;
  [keyword: string]: unknown;
};

const intOrString = 'io.k8s.apimachinery.pkg.util.intstr.IntOrString';
const quantity = 'io.k8s.apimachinery.pkg.api.resource.Quantity';

/** The schema of one of `definitions` (an OpenAPI 2 document's), with what it refers to; unknown properties are errors. */
export function strictDefinition(name: string, definitions: Record<string, Schema>): Schema {
  const needed: Record<string, Schema> = {};
  const take = (definition: string) => {
    if (definition in needed) return;
    const schema = definitions[definition];
    if (schema === undefined) throw new Error(`${definition} is not defined`);
    needed[definition] = strict(definition, schema);
    for (const reference of referencesOf(schema)) take(reference);
  };
  take(name);
  return { $ref: `#/definitions/${name}`, definitions: needed };
}

/** The schema with unknown properties as errors, and without what only OpenAPI knows. */
export function strictSchema(schema: Schema): Schema {
  if (schema['x-kubernetes-int-or-string'] === true) return { type: ['integer', 'string'] };
  const { properties, additionalProperties, items, ...rest } = schema;
  const isOpen = schema['x-kubernetes-preserve-unknown-fields'] === true;
  return {
    ...withoutFormats(rest),
    ...(properties && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, inner]) => [name, strictSchema(inner)])),
      ...(!isOpen && additionalProperties === undefined && { additionalProperties: false }),
    }),
    ...(additionalProperties !== undefined && {
      additionalProperties:
        typeof additionalProperties === 'boolean' ? additionalProperties : strictSchema(additionalProperties),
    }),
    ...(items && { items: strictSchema(items) }),
  };
}

function strict(name: string, schema: Schema): Schema {
  if (name === intOrString) return { type: ['integer', 'string'] };
  if (name === quantity) return { type: ['number', 'string'] };
  return strictSchema(schema);
}

/** int32, byte and the like: the types are said, and checkers of JSON Schema know other formats. */
function withoutFormats({ format: _, ...schema }: Schema): Schema {
  return schema;
}

function referencesOf(schema: Schema): string[] {
  const { $ref, properties, additionalProperties, items } = schema;
  const inner = [...Object.values(properties ?? {}), items, additionalProperties].filter(
    (value): value is Schema => typeof value === 'object',
  );
  return [...($ref ? [$ref.replace('#/definitions/', '')] : []), ...inner.flatMap(referencesOf)];
}
