import { ConfigSchema, secretVariables, type VariableName } from '../config';

type Described = { description?: string; default?: unknown };

const variables = Object.entries(ConfigSchema.properties) as [VariableName, Described][];

/** The README's table of variables, as Markdown. */
export function variablesTable(): string {
  const rows = variables.map(([name, { description = '', default: value }]) => {
    const secret = (secretVariables as readonly string[]).includes(name) ? ' (secret)' : '';
    return `| \`${name}\` | ${value === undefined ? 'none' : `\`${value}\``} | ${description}${secret} |`;
  });
  return ['| variable | default | meaning |', '|---|---|---|', ...rows].join('\n');
}

/** The text of `.env.example`: every variable, with its default, commented out. */
export function envExample(): string {
  const lines = variables.map(([name, { description = '', default: value }]) => {
    return `# ${description.replaceAll('`', '')}\n#${name}=${value ?? ''}\n`;
  });
  return `# Every variable of the service, with its default. Copy to .env and remove the # before those you set.\n\n${lines.join('\n')}`;
}

/** `text` with what stands between the two marks of `name` replaced. Throws when the marks are not there. */
export function replaceSection(text: string, name: string, content: string): string {
  const [begin, end] = [`<!-- begin ${name} -->`, `<!-- end ${name} -->`];
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from === -1 || to < from) throw new Error(`the marks ${begin} and ${end} are missing`);
  return `${text.slice(0, from + begin.length)}\n${content}\n${text.slice(to)}`;
}
