import type { helm } from '@pulumi/kubernetes';
import type { Unwrap } from '@pulumi/pulumi';
import type { TypeHandle } from '../cloud/cloud';
import type { OutputsOf } from '../declare';

export type ReleaseArgs = Unwrap<helm.v3.ReleaseArgs>;
export type ReleaseOutputs = OutputsOf<helm.v3.Release>;

export const releaseToken = 'kubernetes:helm.sh/v3:Release';

/** The release's type, for its rules and for itself. */
export const releaseHandle: TypeHandle<ReleaseArgs, ReleaseOutputs> = { token: releaseToken };
