import { targets } from '../targets';
import { deployUnderMocks, providerConfig } from '../testing/deploy-under-mocks';
import { findSecretReaders, type SecretReader } from './secret-readers';

const introduction = `# Who can read what

Made by \`npm run docs\` from the program itself: the policy documents, bindings and mounts of stack \`dev\`, target by target, in the
middle of a rotation of the API key. Nobody else is let in by the program; who has the right to everything in an account has these
too. All values are also in the stack's state, encrypted. How they are changed: [operations.md](operations.md#rotate-secrets).
`;

/** The text of docs/secrets.md. */
export async function describeSecretReaders(): Promise<string> {
  const sections: string[] = [];
  for (const name of Object.keys(targets)) {
    const rows = (await readersOf(name)).map(
      ({ principal, place, variables }) => `| ${principal} | ${place} | ${variables.join(', ')} |`,
    );
    sections.push([`## ${name}\n`, '| who | where it is kept | variables |', '|---|---|---|', ...rows].join('\n'));
  }
  return `${introduction}\n${sections.join('\n\n')}\n`;
}

/** The readers in a stack of this target alone. */
export async function readersOf(target: string): Promise<SecretReader[]> {
  const { resources } = await deployUnderMocks({
    config: { ...providerConfig, 'taproom:targets': [target], 'taproom:rotation': { apiKey: 2 } },
  });
  return findSecretReaders(resources);
}
