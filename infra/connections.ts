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

/** The connections that all targets of one cloud need at the worst moment: a roll-out at full scale. */
export function connectionsNeeded(poolSize: number, instances: readonly number[]): number {
  const perInstance = (poolSize + readinessConnections) * versionsAtRollOut;
  return instances.reduce((sum, count) => sum + count * perInstance, migrationConnections);
}

/** The largest maxInstances that fits, the same for each of `targets` targets; 0 when not even one fits. */
export function largestMaxInstances(poolSize: number, targets: number, limits: ConnectionLimits): number {
  const free = limits.connections - limits.reserved - migrationConnections;
  return Math.max(0, Math.floor(free / ((poolSize + readinessConnections) * versionsAtRollOut * targets)));
}
