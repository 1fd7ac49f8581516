import * as eks from '@pulumi/aws/eks';
import type * as pulumi from '@pulumi/pulumi';
import type { EksCluster } from './eks-cluster';

export type AddOnRequest = {
  /** As `aws eks describe-addon-versions` lists it. */
  addOnName: string;
  cluster: Pick<EksCluster, 'resource'>;
  /** What differs from the add-on's own values, by its schema. */
  values?: object;
  /** As whom its pods act. */
  identities?: { serviceAccount: string; roleArn: pulumi.Output<string> }[];
  dependsOn: pulumi.Resource[];
};

/** An add-on that EKS keeps, in the version that it holds for the cluster's best. */
export function createAddOn(
  name: string,
  { addOnName, cluster, values, identities, dependsOn }: AddOnRequest,
  options: pulumi.CustomResourceOptions,
): eks.Addon {
  return new eks.Addon(
    `${name}-${addOnName}`,
    {
      addonName: addOnName,
      clusterName: cluster.resource.name,
      ...(values && { configurationValues: JSON.stringify(values) }),
      ...(identities && { podIdentityAssociations: identities }),
      resolveConflictsOnCreate: 'OVERWRITE',
      resolveConflictsOnUpdate: 'OVERWRITE',
    },
    { ...options, dependsOn },
  );
}
