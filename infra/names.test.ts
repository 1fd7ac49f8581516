import fc from 'fast-check';
import { awsNameLimits } from './aws/names';
import { gcpNameLimits, gcpNames } from './gcp/names';
import { labelValue, resourceName } from './names';

// What Pulumi takes as the name of a project or stack, up to 100 characters.
const pulumiName = fc.stringMatching(/^[A-Za-z0-9_.-]{1,100}$/);
const identity = fc.record({ project: pulumiName, stack: pulumiName });
const part = fc.constantFrom(
  'service',
  'app-runner',
  'app-runner-pull',
  'app-runner-logs',
  'migration',
  'egress',
  'run',
);
const limit = fc.constantFrom(...Object.values(awsNameLimits), ...Object.values(gcpNameLimits));

describe('resourceName', () => {
  test('reads as project, stack and part where that fits', () => {
    expect(resourceName({ project: 'taproom', stack: 'dev' }, 'app-runner', 40)).toBe('taproom-dev-app-runner');
  });

  test('is within every limit, and of characters that every cloud takes', () => {
    fc.assert(
      fc.property(identity, part, limit, (who, of, maxLength) => {
        const name = resourceName(who, of, maxLength);
        expect(name.length).toBeLessThanOrEqual(maxLength);
        expect(name.length).toBeGreaterThanOrEqual(6);
        expect(name).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
      }),
    );
  });

  test('is another name for another project, stack or part', () => {
    fc.assert(
      fc.property(identity, part, identity, part, limit, (who, of, other, otherPart, maxLength) => {
        fc.pre(who.project !== other.project || who.stack !== other.stack || of !== otherPart);
        expect(resourceName(who, of, maxLength)).not.toBe(resourceName(other, otherPart, maxLength));
      }),
    );
  });

  test('tells a-b/c from a/b-c', () => {
    const one = resourceName({ project: 'a-b', stack: 'c' }, 'service', 63);
    expect(one).not.toBe(resourceName({ project: 'a', stack: 'b-c' }, 'service', 63));
  });

  test('keeps the part readable when it cuts', () => {
    const name = resourceName({ project: 'p'.repeat(100), stack: 's'.repeat(100) }, 'app-runner', 32);
    expect(name).toMatch(/^p{12}-app-runner-[0-9a-f]{8}$/);
  });
});

describe('gcpNames', () => {
  test('ends in the suffix, and is within the limit with it', () => {
    fc.assert(
      fc.property(identity, part, (who, of) => {
        const name = gcpNames(who)('network', of, 'a1b2c3');
        expect(name).toMatch(/-a1b2c3$/);
        expect(name.length).toBeLessThanOrEqual(gcpNameLimits.network);
      }),
    );
  });
});

describe('labelValue', () => {
  test('leaves what is a label already', () => {
    expect(labelValue('dev_1-a')).toBe('dev_1-a');
  });

  test('gives a label for any text, and another one for another text', () => {
    fc.assert(
      fc.property(pulumiName, pulumiName, (text, other) => {
        expect(labelValue(text)).toMatch(/^[a-z0-9_-]{1,63}$/);
        if (text !== other) expect(labelValue(text)).not.toBe(labelValue(other));
      }),
    );
  });
});
