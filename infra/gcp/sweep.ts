import { type Static, type TSchema, Type } from 'typebox';
import { Value } from 'typebox/value';
import { labelValue, type StackIdentity } from '../names';
import { stackDescription } from './names';

/** Runs `gcloud` with these arguments and gives what it prints; rejects when it fails. */
export type Gcloud = (args: readonly string[]) => Promise<string>;

export type SweepRequest = { identity: StackIdentity; project: string; region: string };
export type SweepResult = {
  removed: string[];
  /** What Google still holds, and why. */
  busy: { what: string; reason: string }[];
};

type Removal = { what: string; args: string[] };

const Networks = Type.Array(Type.Object({ name: Type.String(), description: Type.Optional(Type.String()) }));
const PartsOfNetworks = Type.Array(Type.Object({ name: Type.String(), network: Type.Optional(Type.String()) }));
const Jobs = Type.Array(
  Type.Object({
    metadata: Type.Object({
      name: Type.String(),
      labels: Type.Optional(Type.Record(Type.String(), Type.String())),
    }),
  }),
);

/**
 * Removes what `pulumi destroy` left on Google Cloud: the networks that Cloud Run and the peering kept busy, and jobs of
 * migrations that failed and so never came into the state. Only for a stack that is destroyed.
 */
export async function sweep(request: SweepRequest, gcloud: Gcloud): Promise<SweepResult> {
  const inProject = [`--project=${request.project}`];
  const list = async <Schema extends TSchema>(schema: Schema, command: string[]): Promise<Static<Schema>> =>
    Value.Parse(schema, JSON.parse(await gcloud([...command, ...inProject, '--format=json'])));

  const removals = findRemovals(request, {
    jobs: await list(Jobs, ['run', 'jobs', 'list', `--region=${request.region}`]),
    networks: await list(Networks, ['compute', 'networks', 'list']),
    subnetworks: await list(PartsOfNetworks, ['compute', 'networks', 'subnets', 'list']),
    addresses: await list(PartsOfNetworks, ['compute', 'addresses', 'list', '--global']),
  });
  const result: SweepResult = { removed: [], busy: [] };
  // One after the other: the network goes last, since it holds the others.
  for (const { what, args } of removals) {
    try {
      await gcloud([...args, ...inProject, '--quiet']);
      result.removed.push(what);
    } catch (error) {
      result.busy.push({ what, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  return result;
}

type Found = {
  jobs: Static<typeof Jobs>;
  networks: Static<typeof Networks>;
  subnetworks: Static<typeof PartsOfNetworks>;
  addresses: Static<typeof PartsOfNetworks>;
};

function findRemovals(
  { identity, region }: SweepRequest,
  { jobs, networks, subnetworks, addresses }: Found,
): Removal[] {
  const labels = { project: labelValue(identity.project), stack: labelValue(identity.stack) };
  const ownJobs = jobs
    .map(({ metadata }) => metadata)
    .filter((job) => job.labels?.project === labels.project && job.labels.stack === labels.stack);
  const ownNetworks = networks.filter(({ description }) => description === stackDescription(identity));
  return [
    ...ownJobs.map(({ name }) => ({
      what: `job ${name}`,
      args: ['run', 'jobs', 'delete', name, `--region=${region}`],
    })),
    ...ownNetworks.flatMap(({ name }) => {
      const isInside = ({ network }: { network?: string }) => network?.endsWith(`/networks/${name}`) ?? false;
      return networkRemovals({
        network: name,
        region,
        subnetworks: subnetworks.filter(isInside).map((subnetwork) => subnetwork.name),
        addresses: addresses.filter(isInside).map((address) => address.name),
      });
    }),
  ];
}

type NetworkParts = { network: string; region: string; subnetworks: string[]; addresses: string[] };

function networkRemovals({ network, region, subnetworks, addresses }: NetworkParts): Removal[] {
  const peering = ['--service=servicenetworking.googleapis.com', `--network=${network}`];
  return [
    ...subnetworks.map((name) => ({
      what: `subnetwork ${name}`,
      args: ['compute', 'networks', 'subnets', 'delete', name, `--region=${region}`],
    })),
    { what: `peering of ${network}`, args: ['services', 'vpc-peerings', 'delete', ...peering] },
    ...addresses.map((name) => ({
      what: `address range ${name}`,
      args: ['compute', 'addresses', 'delete', name, '--global'],
    })),
    { what: `network ${network}`, args: ['compute', 'networks', 'delete', network] },
  ];
}
