import type { BootstrapConfig } from './config';
import type { Caller } from './github-subjects';

/** One identity of the delivery at each cloud: who takes it on, and what for. */
export type Purpose = {
  /** Ends the names of roles, accounts and pools: at most 19 characters, since a Google account takes 30. */
  name: string;
  callers: Caller[];
  /** The stacks whose state and resources it sees; none: it sees no stack. A pattern stands for several. */
  stacks: string[];
  /** Of those stacks. */
  use: 'read' | 'write' | 'none';
  pushesImages: boolean;
  /** Its GitHub environment, whose variables name it; none: those of the repository do. */
  environment?: string;
  /** What the variables that name it begin with, after the cloud. */
  variable: 'DEPLOY' | 'IMAGE' | 'PREVIEW' | 'DRIFT';
};

export const previewEnvironment = { name: 'preview', stacks: 'pull*' } as const;

/**
 * What the workflows need, each with no more than it does: writing is for the environments of GitHub, which ask for approval
 * and take the main branch only; what a pull request may take on reads.
 */
export function listPurposes({
  stacks,
  previewedStacks,
  branch,
}: Pick<BootstrapConfig, 'stacks' | 'previewedStacks' | 'branch'>): Purpose[] {
  const fromBranch: Caller = { kind: 'branch', branch };
  const deploy = (environment: string, pattern: string, pushesImages: boolean): Purpose => ({
    name: `up-${environment}`,
    callers: [{ kind: 'environment', environment }],
    stacks: [pattern],
    use: 'write',
    pushesImages,
    environment,
    variable: 'DEPLOY',
  });
  return [
    { name: 'image', callers: [fromBranch], stacks: [], use: 'none', pushesImages: true, variable: 'IMAGE' },
    ...stacks.map((stack) => deploy(stack, stack, false)),
    deploy(previewEnvironment.name, previewEnvironment.stacks, true),
    { ...reader('preview', previewedStacks), callers: [{ kind: 'pull request' }], variable: 'PREVIEW' },
    { ...reader('drift', stacks), callers: [fromBranch], variable: 'DRIFT' },
  ];
}

function reader(name: string, stacks: string[]): Pick<Purpose, 'name' | 'stacks' | 'use' | 'pushesImages'> {
  return { name, stacks, use: 'read', pushesImages: false };
}
