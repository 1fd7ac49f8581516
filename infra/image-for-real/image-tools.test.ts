import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { devDependencies } from '../../package.json';

test('the provider that is built is of the version that the program uses', () => {
  const goMod = readFileSync(join(__dirname, 'go/docker-build/go.mod'), 'utf8');
  expect(goMod).toContain(`github.com/pulumi/pulumi-docker-build v${devDependencies['@pulumi/docker-build']} `);
});
