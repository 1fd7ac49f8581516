/** superuser_reserved_connections, Google's own agents, and one person. */
const reserved = 8;

/**
 * Connections are the default of the tier's memory.
 * Source: https://cloud.google.com/sql/docs/postgres/flags#postgres-m (max_connections)
 */
export const databaseSizes = {
  small: { tier: 'db-f1-micro', connections: 25, reserved: 5 },
  medium: { tier: 'db-custom-2-7680', connections: 400, reserved },
  large: { tier: 'db-custom-4-15360', connections: 500, reserved },
} as const;
