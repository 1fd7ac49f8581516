/** What expressions of a workflow read: `vars.NAME`, `steps.ID.outputs.NAME` and so on, as nested objects. */
export type Context = { readonly [name: string]: Context | string | undefined };

/** The text with every `${{ a.b.c }}` replaced. Throws on an expression that is more than a path; what is not set is empty. */
export function evaluateText(text: string, context: Context): string {
  return text.replaceAll(/\$\{\{\s*(.*?)\s*\}\}/g, (_, path: string) => {
    if (!/^[\w-]+(\.[\w-]+)*$/.test(path)) throw new Error(`not an expression that is known here: ${path}`);
    let value: Context | string | undefined = context;
    for (const part of path.split('.')) value = typeof value === 'object' ? value[part] : undefined;
    return typeof value === 'string' ? value : '';
  });
}

export function evaluateRecord(
  record: Readonly<Record<string, unknown>> = {},
  context: Context,
): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, evaluateText(String(value), context)]));
}
