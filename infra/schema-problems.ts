import type { TSchema } from 'typebox';
import { Settings } from 'typebox/system';
import { Value } from 'typebox/value';

// By default only the first eight problems are told.
Settings.Set({ maxErrors: 1_000 });

/** What the problems' sentences need of a schema. `allowed` says in words what a pattern or a choice takes. */
type DescribedSchema = TSchema & {
  type?: string;
  allowed?: string;
  properties?: Record<string, DescribedSchema>;
  items?: DescribedSchema;
};

const typeNames: Record<string, string> = {
  array: 'a list',
  boolean: 'true or false',
  integer: 'a whole number',
  number: 'a number',
  object: 'an object',
  string: 'text',
};

/** Every way in which the value is not of the schema, as sentences that begin with the setting's name. */
export function findSchemaProblems(schema: TSchema, value: unknown, name: string): string[] {
  const errors = Value.Errors(schema, value);
  const choices = errors.filter(({ keyword }) => keyword === 'anyOf').map(({ instancePath }) => instancePath);
  return errors.flatMap((error) => {
    const { instancePath } = error;
    const at = settingName(name, instancePath);
    // A choice is told once, not once for every alternative that it is not.
    if (error.keyword !== 'anyOf' && choices.some((choice) => instancePath.startsWith(choice))) return [];
    const described = findSchema(schema, instancePath);
    switch (error.keyword) {
      case 'additionalProperties':
        return error.params.additionalProperties.map(
          (key) => `${settingName(at, `/${key}`)} is not a setting: ${at} has ${listOf(described?.properties)}`,
        );
      case 'required':
        return error.params.requiredProperties.map((key) => `${settingName(at, `/${key}`)} must be set`);
      case 'type':
        return [`${at} must be ${described?.allowed ?? typeNames[String(described?.type)]}`];
      case 'enum':
        return [`${at} must be one of ${error.params.allowedValues.join(', ')}`];
      case 'minimum':
        return [`${at} must be at least ${error.params.limit}`];
      case 'maximum':
        return [`${at} must be at most ${error.params.limit}`];
      case 'maxLength':
        return [`${at} must have at most ${error.params.limit} characters`];
      case 'minItems':
        return [`${at} must have at least ${error.params.limit} entries`];
      case 'boolean':
        // Told by `additionalProperties` of the object around it.
        return [];
      default:
        return [`${at} must be ${described?.allowed ?? error.message}`];
    }
  });
}

/** `/targets/0/name` in `taproom:a` is `taproom:a.targets[0].name`. */
function settingName(name: string, instancePath: string): string {
  return instancePath
    .split('/')
    .slice(1)
    .reduce((path, part) => (/^\d+$/.test(part) ? `${path}[${part}]` : `${path}.${part}`), name);
}

function findSchema(schema: DescribedSchema, instancePath: string): DescribedSchema | undefined {
  return instancePath
    .split('/')
    .slice(1)
    .reduce<DescribedSchema | undefined>((at, part) => at?.properties?.[part] ?? at?.items, schema);
}

function listOf(properties: Record<string, unknown> = {}): string {
  return Object.keys(properties).join(', ') || 'none';
}
