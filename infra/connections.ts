/** What a database of one size gives, and what of it the service cannot have. */
export type ConnectionLimits = {
  /** `max_connections` of the size. */
  connections: number;
  /** For superusers, the cloud's own agents and one person with psql. */
  reserved: number;
};

/** Two at once: the one that migrates and the one that holds the lock. */
const migrationConnections = 2;
/** Readiness holds a connection of its own beside the pool. */
const readinessConnections = 1;
/** At a roll-out the old and the new version run side by side. */
const versionsAtRollOut = 2;

export type ConnectionDemand = {
  /** Connections for requests, in each instance. */
  poolSize: number;
  /** Of each target. */
  maxInstances: number;
  /** Targets of one cloud, which share its database. */
  targetCount: number;
};

/** The connections that all targets of one cloud need at the worst moment: a roll-out at full scale. */
export function connectionsNeeded({ poolSize, maxInstances, targetCount }: ConnectionDemand): number {
  return connectionsPerInstance(poolSize) * maxInstances * targetCount + migrationConnections;
}

/** The largest maxInstances that fits, the same for each target; 0 when not even one fits. */
export function largestMaxInstances(
  { poolSize, targetCount }: Omit<ConnectionDemand, 'maxInstances'>,
  { connections, reserved }: ConnectionLimits,
): number {
  const free = connections - reserved - migrationConnections;
  return Math.max(0, Math.floor(free / (connectionsPerInstance(poolSize) * targetCount)));
}

function connectionsPerInstance(poolSize: number): number {
  return (poolSize + readinessConnections) * versionsAtRollOut;
}
