import type { Outputs } from '../rehearsal/run/scenario';
import { addressesOf } from './deployment-checks';

const everyCloud = [
  'that the credentials of the deployment have the permissions that infra/README.md lists',
  'how long the clouds take, what they really cost, and names that others have taken',
];

/** By target: what its platform alone can tell. */
const byTarget: Record<string, readonly string[]> = {
  'app-runner': [
    'that the account may use App Runner (closed to new customers since 30 April 2026) and has the quotas',
    'the certificate and name under awsapprunner.com',
  ],
  'cloud-run': ['the certificate and name under run.app'],
  'ecs-fargate': [
    'that the account has the quota of Fargate, and the zone of the domain, delegated to it',
    'how long ECS takes to see that a deployment fails',
  ],
  'ecs-express': [
    "the words of ECS's reason for a roll-back, and what is left of a first deployment that failed",
    'the certificate and name under on.aws',
  ],
  eks: [
    'how long a cluster, its nodes and the load balancer of its ingress take',
    "that the add-ons' newest versions work as the ones that were read about",
  ],
  docker: ["the stores' images by their digests, and the engine's own network"],
};

/** What no rehearsal of these targets can show. */
export function onlyARealRun(outputs: Outputs): readonly string[] {
  const targets = Object.keys(addressesOf(outputs));
  const isInTheCloud = targets.some((target) => target !== 'docker');
  return [...(isInTheCloud ? everyCloud : []), ...targets.flatMap((target) => byTarget[target] ?? [])];
}
