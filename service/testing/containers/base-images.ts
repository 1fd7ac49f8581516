import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { runCommand, tryCommand } from './run-command';
import { loadStandIns } from './stand-ins';

const root = join(__dirname, '../../..');
const pullTimeoutMs = 300_000;

/** The images of other people that the Dockerfile and the compose file name, each once. */
export function listBaseImages(): string[] {
  const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8');
  const compose = parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8'), { merge: true });
  const services = Object.values(compose.services as Record<string, { image?: string }>);
  const names = [
    ...[...dockerfile.matchAll(/^ARG (?:BUILD|RUNTIME)_IMAGE=(\S+)$/gm)].map(([, image]) => image),
    ...services.map(({ image }) => image),
  ];
  return [...new Set(names.filter((name) => name !== undefined))];
}

/**
 * Makes every base image present under its name: as the engine has it, as a registry gives it, else as a stand-in.
 * Gives the names of the stand-ins.
 */
export async function provideBaseImages(report: (line: string) => void): Promise<string[]> {
  const missing: string[] = [];
  for (const image of listBaseImages()) {
    if ((await tryCommand('docker', ['image', 'inspect', image])).code === 0) continue;
    // One that could not be pulled tells about the rest: they come from the same registry.
    const pulled =
      missing.length > 0 ? undefined : await tryCommand('docker', ['pull', image], { timeoutMs: pullTimeoutMs });
    if (pulled?.code === 0) continue;
    if (pulled !== undefined) report(`${image} cannot be pulled (${lastLine(pulled.stderr)}): using stand-ins`);
    missing.push(image);
  }
  if (missing.length > 0) await loadStandIns(missing, report);
  return missing;
}

export async function removeImages(images: readonly string[]): Promise<void> {
  if (images.length > 0) await runCommand('docker', ['image', 'rm', '--force', ...images]);
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
