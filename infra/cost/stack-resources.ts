import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { deployUnderMocks, providerConfig } from '../testing/deploy-under-mocks';
import type { PricedResource } from './priced-resource';

const project = join(__dirname, '..', '..');

/** A stack that cannot be estimated, for a reason that its user can mend. */
export class UnknownStackError extends Error {
  override readonly name = 'UnknownStackError';
}

/** What is in the stack's file. Throws UnknownStackError with the stacks that there are. */
export function readStackConfig(stack: string): Record<string, unknown> {
  const file = join(project, `Pulumi.${stack}.yaml`);
  if (!existsSync(file)) {
    const known = readdirSync(project).flatMap((name) => /^Pulumi\.(.+)\.yaml$/.exec(name)?.[1] ?? []);
    throw new UnknownStackError(
      `there is no stack ${stack}: choose one of ${known.sort().join(', ')}, or write Pulumi.${stack}.yaml`,
    );
  }
  const { config = {} } = (parse(readFileSync(file, 'utf8')) ?? {}) as { config?: Record<string, unknown> };
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [key, withoutSecret(value)]));
}

/** The program's resources, without an engine and without a cloud: it runs with made-up answers. Throws what it throws. */
export async function resourcesOf(stack: string, config: Record<string, unknown>): Promise<PricedResource[]> {
  const { resources } = await deployUnderMocks({ stack, config: { ...providerConfig, ...config } });
  return resources.map(({ urn, type, name, inputs, options }) => ({
    urn,
    type,
    name,
    inputs,
    ...(options.parent !== '' && { parent: options.parent }),
  }));
}

/** No price depends on an encrypted setting. */
function withoutSecret(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'secure' in value ? 'encrypted' : value;
}
