import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

export type ValueSchema = {
  type?: string | string[];
  description?: string;
  enum?: string[];
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  properties?: Record<string, ValueSchema>;
  items?: ValueSchema;
  additionalProperties?: boolean | ValueSchema;
};

/** What the chart's values may be. */
export function readValuesSchema(): ValueSchema {
  return JSON.parse(readFileSync(join(__dirname, 'values.schema.json'), 'utf8'));
}

/** What they are unless somebody says otherwise. */
export function readDefaultValues(): Record<string, unknown> {
  return parse(readFileSync(join(__dirname, 'values.yaml'), 'utf8'));
}

/** The README's table: every value with what it may be, its default and its meaning. */
export function describeValues(): string {
  const rows = describeRows(readValuesSchema(), readDefaultValues(), []);
  return ['| value | allowed | default | meaning |', '|---|---|---|---|', ...rows].join('\n');
}

function describeRows({ properties = {} }: ValueSchema, defaults: unknown, path: string[]): string[] {
  return Object.entries(properties).flatMap(([name, schema]) => {
    const value = isRecord(defaults) ? defaults[name] : undefined;
    const here = [...path, name];
    if (schema.properties !== undefined && Object.keys(value ?? {}).length > 0) {
      return describeRows(schema, value, here);
    }
    const cells = [`\`${here.join('.')}\``, describeAllowed(schema), describeDefault(value), schema.description];
    return [`| ${cells.join(' | ').replaceAll('  ', ' ')} |`];
  });
}

function describeAllowed({ type, enum: words, minimum, maximum, items }: ValueSchema): string {
  if (words !== undefined) return words.join(', ');
  if (type === 'integer') return `${minimum} to ${maximum}`;
  if (type === 'boolean') return 'true, false';
  if (type === 'array') return items?.type === 'object' ? 'list of objects' : 'list';
  return type === 'string' ? 'text' : String(type).replace(',', ' or ');
}

function describeDefault(value: unknown): string {
  if (value === '' || value === undefined) return 'empty';
  return `\`${typeof value === 'object' ? JSON.stringify(value) : value}\``;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
