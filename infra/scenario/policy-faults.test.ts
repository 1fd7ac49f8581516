import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rules } from '../policy/rules';
import { policyFaults } from './policy-faults';

describe('policyFaults', () => {
  test.each(policyFaults.map((fault): [string, typeof fault] => [fault.name, fault]))(
    '%s edits what is there, and a policy finds it',
    (_, { file, from, policy }) => {
      expect(readFileSync(join(__dirname, '..', '..', file), 'utf8')).toContain(from);
      expect(rules.map(({ id }) => id)).toContain(policy);
    },
  );
});
