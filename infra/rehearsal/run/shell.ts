import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Stage } from './stage';

const shells = ['/bin/bash', '/usr/bin/bash', '/bin/sh'];

/** A shell in the copy of the project, where pulumi meets the simulated clouds and curl trusts their certificates. */
export async function openShell({ stack, session, runtime, report, signal }: Stage): Promise<void> {
  const certificate = join(session.env.HOME ?? session.folder, 'rehearsal-ca.pem');
  await writeFile(certificate, runtime.frontCertificateAuthority);
  const program = shells.find((candidate) => existsSync(candidate));
  if (program === undefined) throw new Error(`no shell found: ${shells.join(', ')}`);
  report.note(
    [
      '',
      `A shell in a copy of the project, with stack ${stack} selected. Nothing is deployed yet. Type for example:`,
      '    pulumi preview',
      '    pulumi up',
      '    curl "$(pulumi stack output app_url)/ready"',
      '    pulumi destroy',
      'Changes of the program are made in this folder. `exit` ends the clouds and everything in them.',
      '',
    ].join('\n'),
  );
  // Somebody who types wants to be asked; a script cannot answer.
  const { PULUMI_SKIP_CONFIRMATIONS, ...env } = session.env;
  const child = spawn(program, program.endsWith('bash') ? ['--norc', '--noprofile'] : [], {
    cwd: session.folder,
    env: {
      ...env,
      ...(process.stdin.isTTY ? {} : { PULUMI_SKIP_CONFIRMATIONS }),
      CURL_CA_BUNDLE: certificate,
      PS1: `rehearsal ${stack}$ `,
    },
    stdio: 'inherit',
  });
  await new Promise<void>((resolve, reject) => {
    signal.addEventListener('abort', () => child.kill('SIGHUP'), { once: true });
    child.once('error', reject);
    child.once('close', () => resolve());
  });
}
