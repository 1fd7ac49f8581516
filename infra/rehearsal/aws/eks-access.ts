import type { eks } from '@pulumi/aws';
import type { Cloud } from '../cloud/cloud';
import { resource } from '../declare';
import type { ClientConfig } from '../kubernetes/kubeconfig';
import { callerArn } from './caller';
import { arn } from './declare';
import { issuedTokens } from './eks-functions';
import { accessEntry, accessPolicyAssociation, type Cluster, cluster } from './eks-handles';

export const eksAccessEntry = resource<eks.AccessEntry, eks.AccessEntryArgs>({
  token: accessEntry.token,
  replaceOn: ['clusterName', 'principalArn', 'type'],
  unordered: ['kubernetesGroups'],
  defaults: { type: 'STANDARD' },
  empty: ['kubernetesGroups'],
  seconds: { create: 2, delete: 2 },
  id: ({ inputs }) => `${inputs.clusterName}:${inputs.principalArn}`,
  outputs: ({ inputs, place, cloud, seed, previous }) => ({
    accessEntryArn: arn('eks', place, `access-entry/${inputs.clusterName}/${seed.uuid()}`),
    createdAt: previous?.createdAt ?? cloud.clock.timestamp(),
    modifiedAt: cloud.clock.timestamp(),
    userName: inputs.userName ?? inputs.principalArn,
  }),
  unique: ({ inputs, place }) => `access entry ${inputs.principalArn} of ${inputs.clusterName} in ${place.region}`,
  exists: () => 'ResourceInUseException: The specified access entry resource is already in use on this cluster.',
  uses: ({ inputs, cloud, place }) => [cloud.find(cluster, inputs.clusterName, place)],
});

export const eksAccessPolicyAssociation = resource<eks.AccessPolicyAssociation, eks.AccessPolicyAssociationArgs>({
  token: accessPolicyAssociation.token,
  replaceOn: 'any',
  seconds: { create: 2, delete: 2 },
  id: ({ inputs }) => `${inputs.clusterName}#${inputs.principalArn}#${inputs.policyArn}`,
  outputs: ({ cloud }) => ({ associatedAt: cloud.clock.timestamp(), modifiedAt: cloud.clock.timestamp() }),
  uses: ({ inputs, cloud, place }) => [cloud.find(cluster, inputs.clusterName, place)],
});

/** Policies that let somebody make everything that a chart holds. */
const administrators = ['AmazonEKSClusterAdminPolicy', 'AmazonEKSAdminPolicy'];

/** Why the API server of a cluster does not let the program's caller in, in its own words. */
export function refuseCaller(cloud: Cloud, home: Cluster, { credentials }: ClientConfig): string | undefined {
  const unknown = 'the server has asked for the client to provide credentials';
  const { name, accessConfig } = home.outputs;
  if (credentials.kind === 'none') return `${unknown}: users[0].user has no exec and no token (kubeconfig)`;
  if (credentials.kind === 'token') {
    const issued = cloud.table(issuedTokens).get(credentials.token);
    const isGood = issued !== undefined && issued.cluster === name && issued.untilMs > cloud.clock.now();
    if (!isGood) return `${unknown}: the token is not of this cluster, or older than 15 minutes (kubeconfig)`;
  }
  if (credentials.kind === 'exec') {
    const wrong = refuseExec(home, credentials);
    if (wrong !== undefined) return `${unknown}: ${wrong} (kubeconfig: exec)`;
  }
  const principal = callerArn(home.place);
  if (accessConfig.bootstrapClusterCreatorAdminPermissions) return undefined;
  const entry = cloud
    .list(accessEntry)
    .find(({ inputs }) => inputs.clusterName === name && inputs.principalArn === principal);
  if (!entry) {
    return `${unknown}: ${principal} has no access entry in the cluster ${name}, and did not become its administrator by creating it (accessConfig.bootstrapClusterCreatorAdminPermissions)`;
  }
  const policies = cloud
    .list(accessPolicyAssociation)
    .filter(({ inputs }) => inputs.clusterName === name && inputs.principalArn === principal)
    .filter(({ inputs }) => administrators.some((policy) => inputs.policyArn.endsWith(`/${policy}`)));
  const isAdmin = policies.length > 0 || (entry.inputs.kubernetesGroups ?? []).length > 0;
  return isAdmin
    ? undefined
    : `forbidden: User "${entry.outputs.userName}" cannot create resource: no access policy of its entry allows it (${administrators.join(' or ')})`;
}

/** `aws eks get-token --cluster-name NAME --region REGION` is what makes a token. */
function refuseExec(
  { outputs, place }: Cluster,
  { command, args, env }: Extract<ClientConfig['credentials'], { kind: 'exec' }>,
): string | undefined {
  if (command.split('/').at(-1) !== 'aws') return `not simulated: the command ${command}; it must be aws eks get-token`;
  if (!args.includes('get-token') || !args.includes('eks'))
    return 'its arguments must be eks get-token --cluster-name NAME';
  const option = (name: string) =>
    args[args.indexOf(name) + 1] !== undefined && args.includes(name)
      ? args[args.indexOf(name) + 1]
      : args.find((argument) => argument.startsWith(`${name}=`))?.slice(name.length + 1);
  const cluster = option('--cluster-name') ?? option('--cluster-id');
  if (cluster !== outputs.name)
    return `the token is for the cluster ${cluster}, not for ${outputs.name} (--cluster-name)`;
  const region = option('--region') ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION;
  if (region === undefined) return 'it must say the region, which need not be that of the caller: --region';
  return region === place.region
    ? undefined
    : `the token is of ${region}, and the cluster in ${place.region} (--region)`;
}
