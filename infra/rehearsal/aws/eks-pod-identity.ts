import type { eks } from '@pulumi/aws';
import { resource } from '../declare';
import { arn } from './declare';
import { cluster, podIdentityAssociation } from './eks-handles';

export const eksPodIdentityAssociation = resource<eks.PodIdentityAssociation, eks.PodIdentityAssociationArgs>({
  token: podIdentityAssociation.token,
  replaceOn: ['clusterName', 'namespace', 'serviceAccount'],
  empty: ['disableSessionTags', 'externalId'],
  seconds: { create: 2, delete: 2 },
  id: ({ seed }) => `a-${seed.alphanumeric(17)}`,
  outputs: ({ id, inputs, place }) => ({
    associationArn: arn('eks', place, `podidentityassociation/${inputs.clusterName}/${id}`),
    associationId: id,
  }),
  unique: ({ inputs, place }) =>
    `pod identity of ${inputs.clusterName} ${inputs.namespace}/${inputs.serviceAccount} in ${place.region}`,
  exists: ({ inputs }) =>
    `ResourceInUseException: Association already exists: ${inputs.namespace}/${inputs.serviceAccount}`,
  uses: ({ inputs, cloud, place }) => [cloud.find(cluster, inputs.clusterName, place)],
});
