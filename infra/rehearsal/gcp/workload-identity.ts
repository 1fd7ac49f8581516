import type { iam } from '@pulumi/gcp';
import { type Cloud, table } from '../cloud/cloud';
import { applyRule, inputRule } from '../rules';
import { googleResource, projectNumber } from './declare';
import { googleError, notFound } from './google-error';
import { apiRules } from './project-services';

/** Until when a deleted pool or provider keeps its id, by its full name. */
const deleted = table<number>('gcp deleted workload identities');
const keptMs = 30 * 86_400_000;
const source =
  'https://docs.cloud.google.com/iam/docs/reference/rest/v1/projects.locations.workloadIdentityPools.providers';

export const workloadIdentityPool = googleResource<iam.WorkloadIdentityPool, iam.WorkloadIdentityPoolArgs>({
  token: 'gcp:iam/workloadIdentityPool:WorkloadIdentityPool',
  replaceOn: ['workloadIdentityPoolId', 'project', 'mode'],
  empty: ['mode'],
  seconds: { create: 10, delete: 10 },
  id: ({ inputs, place }) => poolName(place, inputs.workloadIdentityPoolId),
  outputs: ({ inputs, place }) => ({
    // By its number, as principals name it.
    name: poolName({ project: projectNumber(place.project ?? '') }, inputs.workloadIdentityPoolId),
    state: 'ACTIVE',
  }),
  unique: ({ inputs, place }) => `pool ${inputs.workloadIdentityPoolId} in ${place.project}`,
  exists: () => alreadyExists,
  delete: ({ cloud, entity }) => {
    cloud.table(deleted).set(entity.id, cloud.clock.now() + keptMs);
    return 'gone';
  },
});

export const workloadIdentityPoolProvider = googleResource<
  iam.WorkloadIdentityPoolProvider,
  iam.WorkloadIdentityPoolProviderArgs
>({
  token: 'gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider',
  replaceOn: ['workloadIdentityPoolId', 'workloadIdentityPoolProviderId', 'project'],
  seconds: { create: 10, delete: 10 },
  id: ({ inputs, place }) => providerName(place, inputs),
  outputs: ({ inputs, place }) => ({
    name: providerName({ project: projectNumber(place.project ?? '') }, inputs),
    state: 'ACTIVE',
  }),
  unique: ({ inputs, place }) => `provider ${providerName(place, inputs)}`,
  exists: () => alreadyExists,
  uses: ({ inputs, cloud, place }) => [
    cloud.find(workloadIdentityPool, poolName(place, inputs.workloadIdentityPoolId)),
  ],
  delete: ({ cloud, entity }) => {
    cloud.table(deleted).set(entity.id, cloud.clock.now() + keptMs);
    return 'gone';
  },
});

const alreadyExists = googleError(409, 'Requested entity already exists', 'alreadyExists');
const types = [workloadIdentityPool, workloadIdentityPoolProvider] as const;

function poolName(place: { project?: string }, id: string): string {
  return `projects/${place.project}/locations/global/workloadIdentityPools/${id}`;
}

function providerName(
  place: { project?: string },
  inputs: { workloadIdentityPoolId: string; workloadIdentityPoolProviderId: string },
): string {
  return `${poolName(place, inputs.workloadIdentityPoolId)}/providers/${inputs.workloadIdentityPoolProviderId}`;
}

function isKept(cloud: Cloud, id: string): boolean {
  return (cloud.table(deleted).get(id) ?? 0) > cloud.clock.now();
}

function refuseId(property: string, id: string): string | undefined {
  return /^(?!gcp-)[a-z0-9-]{4,32}$/.test(id)
    ? undefined
    : `${property} must be 4 to 32 of the characters [a-z0-9-] and must not begin with gcp-, not "${id}"`;
}

const rules = [
  ...apiRules('workload-identity', 'iam', types),
  inputRule({
    id: 'gcp.workload-identity.pool-id',
    refuses: 'Ids of pools other than 4 to 32 lower-case letters, digits and hyphens, or that begin with gcp-.',
    source: 'https://docs.cloud.google.com/iam/docs/reference/rest/v1/projects.locations.workloadIdentityPools/create',
    types: workloadIdentityPool,
    check: ({ inputs }) => refuseId('workloadIdentityPoolId', inputs.workloadIdentityPoolId),
  }),
  inputRule({
    id: 'gcp.workload-identity.provider-id',
    refuses: 'Ids of providers other than 4 to 32 lower-case letters, digits and hyphens, or that begin with gcp-.',
    source,
    types: workloadIdentityPoolProvider,
    check: ({ inputs }) => refuseId('workloadIdentityPoolProviderId', inputs.workloadIdentityPoolProviderId),
  }),
  inputRule({
    id: 'gcp.workload-identity.display-name',
    refuses: 'Display names of more than 32 characters and descriptions of more than 256.',
    source,
    types,
    check: ({ inputs: { displayName = '', description = '' } }) => [
      ...(displayName.length > 32 ? [googleError(400, 'displayName must be at most 32 characters')] : []),
      ...(description.length > 256 ? [googleError(400, 'description must be at most 256 characters')] : []),
    ],
  }),
  inputRule({
    id: 'gcp.workload-identity.kind',
    refuses: 'A provider with none or several of oidc, aws, saml and x509, or an issuer that is not https://.',
    source,
    types: workloadIdentityPoolProvider,
    check: ({ inputs }) => {
      const kinds = [inputs.oidc, inputs.aws, inputs.saml, inputs.x509].filter((kind) => kind !== undefined);
      if (kinds.length !== 1) return 'one of `aws,oidc,saml,x509` must be specified';
      const issuer = inputs.oidc?.issuerUri;
      return issuer === undefined || /^https:\/\/[^\s?#]+$/.test(issuer)
        ? undefined
        : googleError(400, 'oidc.issuerUri must be a valid URI with the https scheme');
    },
  }),
  inputRule({
    id: 'gcp.workload-identity.mapping',
    refuses:
      'A provider of OpenID Connect without google.subject in its mapping, or with a name that IAM does not know.',
    source: 'https://docs.cloud.google.com/iam/docs/workload-identity-federation#mapping',
    types: workloadIdentityPoolProvider,
    check: ({ inputs: { oidc, attributeMapping = {} } }) => [
      ...(oidc !== undefined && !('google.subject' in attributeMapping)
        ? [googleError(400, 'The attribute mapping must contain google.subject (attributeMapping)')]
        : []),
      ...Object.keys(attributeMapping)
        .filter(
          (name) =>
            !/^(google\.(subject|groups|display_name|profile_photo|posix_username)|attribute\.[a-z0-9_]{1,100})$/.test(
              name,
            ),
        )
        .map((name) =>
          googleError(400, `attributeMapping: ${name} must be google.subject, google.groups or attribute.NAME`),
        ),
    ],
  }),
  inputRule({
    id: 'gcp.workload-identity.condition',
    refuses:
      'A provider of GitHub whose condition reads none of its claims, since everybody has tokens of it; one of more than 4096 characters.',
    source: 'https://docs.cloud.google.com/iam/docs/workload-identity-federation-with-deployment-pipelines#conditions',
    types: workloadIdentityPoolProvider,
    check: ({ inputs: { oidc, attributeCondition = '' } }) => {
      if (attributeCondition.length > 4_096)
        return googleError(400, 'attributeCondition must be at most 4096 characters');
      const isShared = oidc?.issuerUri.replace(/\/$/, '') === 'https://token.actions.githubusercontent.com';
      return isShared && !/\b(assertion|attribute)\.|\bgoogle\.subject\b/.test(attributeCondition)
        ? googleError(400, "The attribute condition must reference one of the provider's claims. (attributeCondition)")
        : undefined;
    },
  }),
  applyRule({
    id: 'gcp.workload-identity.pool-missing',
    refuses: 'A provider of a pool that does not exist.',
    source,
    types: workloadIdentityPoolProvider,
    check: ({ inputs, cloud, place }) => {
      const name = poolName(place, inputs.workloadIdentityPoolId);
      return cloud.find(workloadIdentityPool, name) ? undefined : notFound('WorkloadIdentityPool', name);
    },
  }),
  applyRule({
    id: 'gcp.workload-identity.id-kept',
    refuses: 'An id that a pool or provider had which was deleted less than 30 days ago.',
    source: 'https://docs.cloud.google.com/iam/docs/manage-workload-identity-pools-providers#delete-pool',
    types,
    check: ({ id, cloud, previous }) => (previous === undefined && isKept(cloud, id) ? alreadyExists : undefined),
  }),
];

export const workloadIdentitySimulation = { resources: [...types], functions: [], rules };
