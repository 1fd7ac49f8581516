const project = 'taproom';
/** Source: https://docs.cloud.google.com/iam/quotas#limits (logical operators in a condition) */
const mostTerms = 13;

/**
 * The state of these stacks and of no other, in CEL: their files are under their names, with `pull*` for all that begin so.
 * More stacks than a condition has room for are the whole project's. `matches` is not known to IAM, so prefixes it is.
 * Sources: https://github.com/pulumi/pulumi/blob/v3.248.0/pkg/backend/diy/store.go,
 * https://docs.cloud.google.com/iam/docs/conditions-attribute-reference#resource-name
 */
export function stateCondition(bucket: string, stacks: readonly string[]): string {
  const own = stacks.flatMap(prefixesOf);
  const prefixes = ['meta.yaml', ...(own.length < mostTerms ? own : prefixesOf('*'))];
  return prefixes
    .map((prefix) => `resource.name.startsWith("projects/_/buckets/${bucket}/objects/.pulumi/${prefix}")`)
    .join(' || ');
}

function prefixesOf(stack: string): string[] {
  const isPattern = stack.endsWith('*');
  const name = isPattern ? stack.slice(0, -1) : stack;
  const folders = ['history', 'backups', 'locks/organization'].map((folder) => `${folder}/${project}/${name}`);
  return [
    `stacks/${project}/${name}${isPattern ? '' : '.json'}`,
    ...folders.map((path) => path + (isPattern ? '' : '/')),
  ];
}
