/** Gives what the first call made, at each call: a part of the foundation that only some targets need. */
export function once<T>(create: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: create() };
    return made.value;
  };
}
