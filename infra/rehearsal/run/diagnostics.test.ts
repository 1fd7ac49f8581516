import { extractDiagnostics, summariseResources } from './diagnostics';

const failed = `Updating (dev):

 +  aws:sqs:Queue orders creating (0s) error: wrong

Diagnostics:
  aws:sqs:Queue (orders):
    error: wrong name [rule aws.sqs.fifo-name: ...]

Outputs:
    url: "https://127.0.0.1:1"

Resources:
    + 2 created
    ~ 1 updated
    3 changes. 7 unchanged

Duration: 2s
`;

describe('extractDiagnostics', () => {
  test('keeps the errors and drops the tables', () => {
    expect(extractDiagnostics({ stdout: failed, stderr: '' })).toBe(
      'aws:sqs:Queue (orders):\n    error: wrong name [rule aws.sqs.fifo-name: ...]',
    );
  });

  test('tells what differs where no change was expected', () => {
    const stdout =
      'Refreshing (dev):\n ~  aws:iam:Role pull updated (0.02s) [diff: ~tags]\n    aws:ec2:Vpc network\n\nOutputs:\n    url: "x"\n';
    const stderr = 'error: no changes were expected for refresh but changes were proposed\n';
    expect(extractDiagnostics({ stdout, stderr })).toBe(
      'error: no changes were expected for refresh but changes were proposed\n~  aws:iam:Role pull updated (0.02s) [diff: ~tags]',
    );
  });

  test('gives all when there is no such part', () => {
    expect(extractDiagnostics({ stdout: '', stderr: 'error: no stack\n' })).toBe('error: no stack');
  });
});

describe('summariseResources', () => {
  test('tells the counts in one line', () => {
    expect(summariseResources(failed)).toBe('2 created, 1 updated');
    expect(summariseResources('Resources:\n    85 unchanged\n')).toBe('85 unchanged');
    expect(summariseResources('nothing')).toBe('');
  });
});
