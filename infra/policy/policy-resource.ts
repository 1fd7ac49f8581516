/** A resource as the rules see it: what the program asks for, before or after it exists. */
export type PolicyResource = {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** As checked by the provider. A value that Pulumi keeps encrypted is `hiddenSecret`, where that is known. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Pulumi's own protection. */
  readonly isProtected: boolean;
  /** What its provider adds to the tags or labels of every resource. */
  readonly defaultTags: Readonly<Record<string, string>>;
};

export type PolicyStack = {
  readonly resources: readonly PolicyResource[];
  /** By the stack's configuration, or since one of its resources is protected. */
  readonly isProtected: boolean;
};

/** Stands for a value that Pulumi keeps encrypted. */
export const hiddenSecret = '[secret]';
