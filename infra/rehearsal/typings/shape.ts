/** What a property may hold, as the provider's typings say. `object` names an entry of `Typings.objects`. */
export type Shape =
  | { kind: 'string' | 'number' | 'boolean' | 'any' | 'asset' }
  | { kind: 'literal'; values: readonly (string | number | boolean)[] }
  | { kind: 'list'; items: Shape }
  | { kind: 'map'; values: Shape }
  | { kind: 'object'; name: string }
  | { kind: 'union'; of: readonly Shape[] };

export type Property = { shape: Shape; required: boolean; deprecated?: string };

export type Properties = { readonly [name: string]: Property };

/** A resource type or function. For a function, `outputs` is its result. */
export type Typings = {
  token: string;
  inputs: Properties;
  outputs: Properties;
  objects: { readonly [name: string]: Properties };
};
