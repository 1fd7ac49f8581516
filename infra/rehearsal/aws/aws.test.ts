import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packages } from '../packages';
import { aws } from './aws';

describe('the rules of aws', () => {
  const ids = aws.rules.map(({ id }) => id);

  test('have names of their own', () => {
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });

  test('say what is refused in one sentence, with a source', () => {
    const unclear = aws.rules.filter(
      ({ refuses, source }) => !/^[A-Z].*\.$/s.test(refuses) || !source.startsWith('https://'),
    );
    expect(unclear.map(({ id }) => id)).toEqual([]);
  });

  test('are each broken by a test', () => {
    const tests = readdirSync(__dirname)
      .filter((file) => file.endsWith('.test.ts') && file !== 'aws.test.ts')
      .map((file) => readFileSync(join(__dirname, file), 'utf8'))
      .join('\n');
    expect(ids.filter((id) => !tests.includes(id))).toEqual([]);
  });

  test('are about types that are simulated', () => {
    // Those of EKS look at what is in its clusters.
    const known = packages.flatMap(({ resources }) => resources.map(({ token }) => token));
    expect(aws.rules.flatMap(({ types }) => types).filter((token) => !known.includes(token))).toEqual([]);
  });
});
