import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { deployUnderMocks } from './testing/deploy-under-mocks';
import { describeInventory } from './testing/inventory';

function readStackConfig(stack: string): Record<string, unknown> {
  const file = path.join(__dirname, '..', `Pulumi.${stack}.yaml`);
  return (parse(readFileSync(file, 'utf8')) as { config: Record<string, unknown> }).config;
}

// A review of what each example stack creates. To accept a change: npx jest infra/inventory --updateSnapshot
describe.each(['dev', 'eks', 'local', 'prod'])('stack %s', (stack) => {
  test('creates exactly this', async () => {
    const config = { ...readStackConfig(stack), 'gcp:project': 'my-project-123' };
    const { resources, messages } = await deployUnderMocks({ stack, config });
    expect(`${messages.join('\n')}\n\n${describeInventory(resources)}\n`).toMatchSnapshot();
  });
});
