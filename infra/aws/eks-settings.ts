import { type Static, Type } from 'typebox';
import { type ServiceSpec, settings } from '../target';
import { findDomainProblems } from './domain';
import { findNodeSize } from './eks-node-size';
import { defaultVersion, findVersionProblem } from './eks-versions';

const cidr = { pattern: '^[0-9]{1,3}(\\.[0-9]{1,3}){3}/[0-9]{1,2}$', allowed: 'a range such as 203.0.113.0/24' };
const principal = {
  pattern: '^arn:aws[a-z-]*:iam::[0-9]{12}:(role|user)/.+$',
  allowed: 'the ARN of an IAM role or user',
};

export const EksSettings = settings({
  compute: Type.Enum(['auto', 'node-group'], {
    default: 'auto',
    description: 'nodes that EKS Auto Mode makes as they are needed, or one node of a managed group',
  }),
  version: Type.String({
    default: defaultVersion,
    description: 'of Kubernetes; one that EKS supports. It can be raised by one, and never lowered',
  }),
  extendedSupport: Type.Boolean({
    default: false,
    description: 'keep a version after its standard support, at six times the price; else EKS raises it by itself',
  }),
  publicAccessCidrs: Type.Array(Type.String({ ...cidr }), {
    default: ['0.0.0.0/0'],
    minItems: 1,
    description: 'who reaches the API of the cluster (with credentials); whoever runs `pulumi up` must be among them',
  }),
  admins: Type.Array(Type.String({ ...principal }), {
    default: [],
    description: 'IAM roles and users who administer the cluster, beside the one who made it',
  }),
});

export type EksSettings = Static<typeof EksSettings>;

/** What of the request EKS cannot do, found without asking AWS. */
export function findEksProblems(service: ServiceSpec, { compute, version, extendedSupport }: EksSettings): string[] {
  const { minInstances, domain } = service;
  const problems = findDomainProblems(domain);
  if (minInstances < 1) problems.push('taproom:service.minInstances must be at least 1: it does not scale to zero');
  const today = new Date().toISOString().slice(0, 10);
  const versionProblem = findVersionProblem({ version, extendedSupport, today });
  if (versionProblem !== undefined) problems.push(versionProblem);
  if (compute === 'node-group' && findNodeSize(nodeRequest(service)) === undefined) {
    problems.push(
      'taproom:service must fit one node with all of its maxInstances, and one more at a roll-out: take ' +
        'taproom:settings.eks.compute auto',
    );
  }
  return problems;
}

/** What the one node of a node group must hold: every instance, and one more while a version takes over. */
export function nodeRequest({ cpu, memoryMiB, maxInstances }: ServiceSpec) {
  return { cpu, memoryMiB, instances: maxInstances + 1 };
}
