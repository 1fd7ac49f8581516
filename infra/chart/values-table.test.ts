import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { secretVariables } from '../../service/config';
import { describeValues, readDefaultValues, readValuesSchema, type ValueSchema } from './values-table';

const read = (file: string) => readFileSync(join(__dirname, file), 'utf8');

/** Every schema of the tree, by path. */
function everySchema(schema: ValueSchema, path = ''): [string, ValueSchema][] {
  const inner = Object.entries(schema.properties ?? {}).flatMap(([name, value]) =>
    everySchema(value, `${path}/${name}`),
  );
  return [[path, schema], ...inner];
}

describe('values.schema.json', () => {
  const all = everySchema(readValuesSchema());

  test('says of every value what it means, and of which type it is', () => {
    expect(all.filter(([, { description }]) => !description).map(([path]) => path)).toEqual([]);
    expect(all.filter(([, schema]) => !schema.type && !schema.enum).map(([path]) => path)).toEqual([]);
  });

  test('limits every text and number, and closes every object of its own', () => {
    const open = all.filter(([, schema]) => schema.properties && schema.additionalProperties !== false);
    const unlimited = all.filter(
      ([, schema]) => schema.type === 'integer' && (schema.minimum === undefined || schema.maximum === undefined),
    );
    expect([...open, ...unlimited].map(([path]) => path)).toEqual([]);
  });

  test('knows every value of values.yaml, which has all but what is unset on purpose', () => {
    const given = (value: unknown, schema: ValueSchema | undefined, path = ''): string[] => {
      if (schema === undefined) return [`${path} has no schema`];
      if (schema.properties === undefined || Object.keys(value as object).length === 0) return [path];
      return Object.entries(value as object).flatMap(([name, inner]) =>
        given(inner, schema.properties?.[name], `${path}/${name}`),
      );
    };
    const leaves = all.filter(([, { properties }]) => !properties).map(([path]) => path);
    const unset = ['/global', '/resources/limits/cpu'];
    expect([...given(readDefaultValues(), readValuesSchema()), ...unset].sort()).toEqual(leaves.sort());
  });
});

test('README.md has the table that the schema and values.yaml make', () => {
  expect(read('README.md')).toContain(describeValues());
});

test('the chart takes no secret variable of the service as a plain one', () => {
  const list = read('templates/_container.tpl').match(/\$secret := list (.+) -\}\}/)?.[1];
  expect(list?.match(/\w+/g)).toEqual([...secretVariables]);
});
