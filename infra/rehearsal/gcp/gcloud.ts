import type { Cloud, Entity, TypeHandle } from '../cloud/cloud';
import { Refusal } from '../cloud/refusal';
import type { ResourceType } from '../declare';
import type { Bag } from '../protocol/values';
import { job } from './cloud-run-job';
import { globalAddress, network, subnetwork } from './network';
import { connection } from './service-networking';

/** A kind of thing that commands of `gcloud` list and delete. */
type Kind = {
  command: string;
  type: ResourceType<unknown, unknown>;
  describe(entity: Entity): unknown;
  isMeant(entity: Entity, words: { name: string | undefined; network: string | undefined }): boolean;
};

const hasName: Kind['isMeant'] = ({ outputs }, { name }) => outputs.name === name;

const kinds: readonly Kind[] = [
  {
    command: 'run jobs',
    type: job,
    describe: ({ outputs }) => ({ metadata: { name: outputs.name, labels: outputs.effectiveLabels ?? {} } }),
    isMeant: hasName,
  },
  {
    command: 'compute networks subnets',
    type: subnetwork,
    describe: ({ outputs }) => ({ name: outputs.name, network: linkOf(outputs.network) }),
    isMeant: hasName,
  },
  {
    command: 'compute networks',
    type: network,
    describe: ({ outputs }) => ({ name: outputs.name, description: outputs.description }),
    isMeant: hasName,
  },
  {
    command: 'compute addresses',
    type: globalAddress,
    describe: ({ outputs }) => ({ name: outputs.name, network: linkOf(outputs.network) }),
    isMeant: hasName,
  },
  {
    command: 'services vpc-peerings',
    type: connection,
    describe: ({ outputs }) => ({ network: linkOf(outputs.network), peering: outputs.peering }),
    isMeant: ({ outputs }, words) => lastPart(outputs.network) === words.network,
  },
];

/** Google's command line on the simulated cloud, as far as it lists and deletes what a destroyed stack may leave. */
export function createGcloud(cloud: Cloud): (args: readonly string[]) => Promise<string> {
  return async (args) => {
    const words = args.filter((arg) => !arg.startsWith('--'));
    const line = words.join(' ');
    const kind = kinds.find(({ command }) => line.startsWith(`${command} `));
    const [verb, name] = kind ? words.slice(kind.command.split(' ').length) : [];
    if (kind && verb === 'list') return JSON.stringify(list(cloud, kind.type).map(kind.describe));
    if (kind && verb === 'delete') {
      const flag = args.find((arg) => arg.startsWith('--network='));
      return remove(cloud, kind, { name, network: flag?.slice('--network='.length) });
    }
    throw new Error(`not simulated: gcloud ${line}`);
  };
}

function remove(cloud: Cloud, kind: Kind, words: Parameters<Kind['isMeant']>[1]): string {
  const found = list(cloud, kind.type).find((entity) => kind.isMeant(entity, words));
  if (!found) throw new Refusal(`ERROR: (gcloud.${kind.command.replaceAll(' ', '.')}.delete) not found`);
  const users = cloud.usersOf(found);
  const refusal = users.length > 0 ? kind.type.spec.inUse?.(found, users) : undefined;
  if (refusal !== undefined) throw new Refusal(refusal);
  cloud.remove(found);
  return '';
}

function list(cloud: Cloud, { token }: { token: string }): Entity[] {
  const type: TypeHandle<Bag, Bag> = { token };
  return cloud.list(type);
}

/** In full, however the program named it. */
function linkOf(reference: unknown): string {
  return `https://www.googleapis.com/compute/v1/projects/-/global/networks/${lastPart(reference)}`;
}

function lastPart(reference: unknown): string {
  return String(reference).split('/').at(-1) ?? '';
}
