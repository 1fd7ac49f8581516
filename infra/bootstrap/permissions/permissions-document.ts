import { awsPermissions } from './aws-permissions';
import { googlePermissions } from './google-permissions';

const head = (clouds: string) => [`## ${clouds}`, '', '| type | reads | changes | source |', '|---|---|---|---|'];

/** docs/delivery-permissions.md: what each resource type of the stacks asks of its cloud, from the tables themselves. */
export function permissionsDocument(): string {
  const aws = Object.entries(awsPermissions).map(([type, { source, grants }]) => {
    const actions = (use: string) => grants.filter((grant) => grant.use === use).flatMap((grant) => grant.actions);
    return row(type, { read: actions('read'), write: actions('write'), source });
  });
  const google = Object.entries(googlePermissions).map(([type, { source, read, write, onBillingAccount }]) => {
    const byHand = (use: 'read' | 'write') =>
      onBillingAccount === undefined ? [] : [`by hand \`${onBillingAccount[use]}\` on the billing account`];
    return row(type, { read: [...read, ...byHand('read')], write: [...write, ...byHand('write')], source });
  });
  return `${[
    '# What each resource type asks of its cloud',
    '',
    'Made from `infra/bootstrap/permissions`, which also says on which resources. **Unverified until a real run.** Write it anew:',
    '`npx tsx infra/bootstrap/permissions/write-document.ts`.',
    '',
    ...head('AWS'),
    ...aws.sort(),
    '',
    ...head('Google Cloud'),
    ...google.sort(),
  ].join('\n')}\n`;
}

type Row = { read: readonly string[]; write: readonly string[]; source: string };

function row(type: string, { read, write, source }: Row): string {
  const list = (names: readonly string[]) => [...new Set(names)].sort().join(', ');
  return `| \`${type}\` | ${list(read)} | ${list(write)} | [source](${source}) |`;
}
