import { sweep } from './sweep';

const request = { identity: { project: 'taproom', stack: 'dev' }, project: 'my-project-123', region: 'us-central1' };
const network = (name: string) =>
  `https://www.googleapis.com/compute/v1/projects/my-project-123/global/networks/${name}`;

/** A project in which two stacks left their networks. */
function fakeProject({ busy = '' } = {}) {
  const lists: Record<string, unknown> = {
    'run jobs list': [
      { metadata: { name: 'migration-1', labels: { project: 'taproom', stack: 'dev' } } },
      { metadata: { name: 'migration-2', labels: { project: 'taproom', stack: 'prod' } } },
      { metadata: { name: 'unlabelled' } },
    ],
    'compute networks list': [
      { name: 'net-dev', description: 'taproom/dev' },
      { name: 'net-prod', description: 'taproom/prod' },
      { name: 'default' },
    ],
    'compute networks subnets list': [
      { name: 'egress-dev', network: network('net-dev') },
      { name: 'egress-prod', network: network('net-prod') },
    ],
    'compute addresses list': [{ name: 'range-dev', network: network('net-dev') }, { name: 'elsewhere' }],
  };
  const deleted: string[] = [];
  const gcloud = async (args: readonly string[]) => {
    expect(args).toContain('--project=my-project-123');
    const command = args.filter((arg) => !arg.startsWith('--')).join(' ');
    if (command in lists) return JSON.stringify(lists[command]);
    if (busy !== '' && command.includes(busy)) throw new Error('is already being used');
    deleted.push(command);
    return '';
  };
  return { gcloud, deleted };
}

describe('sweep', () => {
  test("removes the stack's networks and failed jobs, what is inside first, and nobody else's", async () => {
    const { gcloud, deleted } = fakeProject();
    const { removed, busy } = await sweep(request, gcloud);
    expect(busy).toEqual([]);
    expect(deleted).toEqual([
      'run jobs delete migration-1',
      'compute networks subnets delete egress-dev',
      'services vpc-peerings delete',
      'compute addresses delete range-dev',
      'compute networks delete net-dev',
    ]);
    expect(removed).toContain('network net-dev');
  });

  test('tells what Google still holds, and removes the rest', async () => {
    const { gcloud } = fakeProject({ busy: 'egress-dev' });
    const { removed, busy } = await sweep(request, gcloud);
    expect(busy).toEqual([{ what: 'subnetwork egress-dev', reason: 'is already being used' }]);
    expect(removed).toContain('address range range-dev');
  });
});
