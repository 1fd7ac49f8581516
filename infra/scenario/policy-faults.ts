import type { Fault, Workspace } from '../rehearsal/run/scenario';

type PolicyFault = Fault & {
  apply(workspace: Workspace): Promise<void>;
  /** What is edited, and the policy that must find it. */
  readonly file: string;
  readonly from: string;
  readonly policy: string;
};

function fault(
  name: string,
  title: string,
  edit: { file: string; from: string; to: string; policy: string },
): PolicyFault {
  const { file, from, to, policy } = edit;
  return {
    name,
    title,
    file,
    from,
    policy,
    apply: (workspace) => workspace.edit(file, (text) => text.replace(from, to)),
  };
}

/** Mistakes that every cloud accepts, and only the policies refuse. */
export const policyFaults: readonly PolicyFault[] = [
  fault('mutable-tags', 'tags of images can be moved to other images', {
    file: 'infra/aws/registry.ts',
    from: "imageTagMutability: 'IMMUTABLE'",
    to: "imageTagMutability: 'MUTABLE'",
    policy: 'ecr-immutable-tags',
  }),
];
