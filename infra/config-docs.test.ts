import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { projectConfig, settingsTable } from './config-docs';

const read = (file: string) => readFileSync(path.join(__dirname, file), 'utf8');

describe('settingsTable', () => {
  test('is the table in README.md', () => {
    expect(read('README.md')).toContain(settingsTable());
  });
});

describe('projectConfig', () => {
  test('is what Pulumi.yaml declares', () => {
    expect((parse(read('../Pulumi.yaml')) as { config: unknown }).config).toEqual(projectConfig());
  });
});
