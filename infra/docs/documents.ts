import { stringify } from 'yaml';
import { describeValues } from '../chart/values-table';
import { projectConfig, settingsTable } from '../config-docs';
import { type CloudName, clouds, describeArchitecture, drawArchitecture } from './architecture';
import { replaceTable } from './replace-table';
import { describeSecretReaders } from './secrets-table';

/** A file that is wholly or partly made by code. */
export type GeneratedDocument = {
  /** From the project's folder. */
  file: string;
  /** The file's text as it should be, made from the text that it has. */
  update(text: string): string | Promise<string>;
};

const pictures = (Object.keys(clouds) as CloudName[]).map(
  (cloud): GeneratedDocument => ({
    file: `docs/architecture-${cloud}.svg`,
    update: async () => drawArchitecture(await describeArchitecture(cloud)),
  }),
);

/** Everything that `npm run docs` writes of the Pulumi program. To add one: a line here. */
export const documents: readonly GeneratedDocument[] = [
  { file: 'infra/README.md', update: (text) => replaceTable(text, settingsTable()) },
  { file: 'infra/chart/README.md', update: (text) => replaceTable(text, describeValues()) },
  { file: 'Pulumi.yaml', update: replaceProjectConfig },
  { file: 'docs/secrets.md', update: () => describeSecretReaders() },
  ...pictures,
];

/** The section `config`, which is the file's last one. */
function replaceProjectConfig(text: string): string {
  const start = text.indexOf('\nconfig:\n');
  if (start === -1) throw new Error('Pulumi.yaml has no section config');
  return `${text.slice(0, start + 1)}${stringify({ config: projectConfig() }, { lineWidth: 0, singleQuote: true })}`;
}
