import type { Cloud } from '../cloud/cloud';
import type { ClusterHost } from './cluster';

/** A caller who was let into a cluster, for one operation. */
export type Session = {
  readonly cloud: Cloud;
  readonly host: ClusterHost;
  /** Ends when the engine is cancelled. */
  readonly signal: AbortSignal;
};
