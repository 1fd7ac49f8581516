/** The cloud says no, in its own words. Nothing was changed. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}

/**
 * The operation failed after the resource had come to be, as when a service was created and never became healthy: the engine
 * keeps the resource in its state, and the next `pulumi up` repairs or replaces it.
 */
export class FailedInPlace extends Error {
  override readonly name = 'FailedInPlace';
}
