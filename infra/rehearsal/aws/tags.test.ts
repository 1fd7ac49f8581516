import type { Bag } from '../protocol/values';
import { createAwsWorld } from './testing/setup';

const group = 'aws:cloudwatch/logGroup:LogGroup';
const vpc = 'aws:ec2/vpc:Vpc';
const many = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`tag-${index}`, 'x']));

describe('the rules of aws.tags', () => {
  test.each<[string, string, string, Record<string, string>]>([
    ['aws.tags.limits', 'more than 50 tags', vpc, many],
    ['aws.tags.limits', 'a reserved key', vpc, { 'aws:name': 'x' }],
    ['aws.tags.limits', 'too long a key', vpc, { ['x'.repeat(129)]: 'x' }],
    ['aws.tags.limits', 'too long a value', vpc, { name: 'x'.repeat(257) }],
    ['aws.tags.characters', 'brackets', group, { name: 'orders (test)' }],
  ])('%s refuses %s', (rule, _, token, tags) => {
    const inputs: Bag = token === vpc ? { cidrBlock: '10.0.0.0/16', tags } : { tags };
    expect(createAwsWorld().preview(token, 'thing', inputs).join('\n')).toContain(`[rule ${rule}:`);
  });

  test('aws.tags.iam-case refuses keys that differ in their case only', () => {
    const trust = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    };
    const inputs = { assumeRolePolicy: JSON.stringify(trust), tags: { Team: 'a', team: 'b' } };
    const findings = createAwsWorld().preview('aws:iam/role:Role', 'role', inputs);
    expect(findings.join('\n')).toContain('[rule aws.tags.iam-case:');
  });

  test('accept brackets where only some services refuse them', () => {
    const inputs = { cidrBlock: '10.0.0.0/16', tags: { name: 'orders (test)' } };
    expect(createAwsWorld().preview(vpc, 'network', inputs)).toEqual([]);
  });
});
