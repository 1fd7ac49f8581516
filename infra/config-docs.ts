import type { TSchema } from 'typebox';
import { namespace, StackConfigSchema } from './config';
import { targets } from './targets';

/** What a row of the table needs of a schema. */
type Documented = TSchema & {
  type?: string;
  allowed?: string;
  description?: string;
  default?: unknown;
  enum?: string[];
  minimum?: number;
  maximum?: number;
  properties?: Record<string, Documented>;
  items?: Documented;
};

/** The README's table of all settings, in Markdown, from the schemas. */
export function settingsTable(): string {
  const rows = Object.entries(StackConfigSchema.properties).flatMap(([key, schema]) =>
    rowsOf(`${namespace}:${key}`, schema),
  );
  const clouds = new Set(Object.values(targets).map(({ cloud }) => cloud));
  for (const { name, ProviderSettings } of clouds) {
    for (const [key, schema] of Object.entries(ProviderSettings.properties))
      rows.push(...rowsOf(`${name}:${key}`, schema));
  }
  return ['| setting | values | default | meaning |', '|---|---|---|---|', ...rows].join('\n');
}

/** The `config` section of Pulumi.yaml, which Pulumi checks before the program does. */
export function projectConfig(): Record<string, object> {
  const declarations = Object.entries(StackConfigSchema.properties).map(([key, schema]: [string, Documented]) => [
    `${namespace}:${key}`,
    {
      // A choice of types cannot be declared.
      ...(!('anyOf' in schema) && { type: schema.type ?? 'string' }),
      ...(schema.items && { items: { type: 'string' } }),
      description: schema.description,
      default: schema.default,
    },
  ]);
  return Object.fromEntries(declarations);
}

function rowsOf(name: string, schema: Documented): string[] {
  const inner = Object.entries(schema.properties ?? {});
  if (inner.length === 0) return [row(name, valuesOf(schema), schema)];
  const own = schema.description === undefined ? [] : [row(name, 'object', schema)];
  return [...own, ...inner.flatMap(([key, property]) => rowsOf(`${name}.${key}`, property))];
}

function row(name: string, values: string, schema: Documented): string {
  return `| ${[`\`${name}\``, values, defaultOf(schema), schema.description ?? ''].join(' | ')} |`;
}

function defaultOf({ default: value, type }: Documented): string {
  if (value === undefined || type === 'object') return '';
  if (value === '' || (Array.isArray(value) && value.length === 0)) return 'empty';
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}

function valuesOf(schema: Documented): string {
  if (schema.allowed !== undefined) return schema.allowed;
  if (schema.enum !== undefined) return schema.enum.join(', ');
  if (schema.items !== undefined) return `list of ${valuesOf(schema.items)}`;
  if (schema.minimum !== undefined) return `${schema.minimum} to ${schema.maximum}`;
  return schema.type === 'boolean' ? 'true, false' : 'text';
}
