import { ofTypes, type PolicyRule, type StackRule } from './policy-rule';
import { readPath } from './read-inputs';

/** How long a mistake may go unnoticed. */
const leastDays = 7;

type Check = { property: string; isRight(value: unknown): boolean; must: string };
type ProtectedRule = Pick<StackRule, 'id' | 'forbids' | 'source' | 'types'> & { checks: readonly Check[] };

const isTrue = (property: string): Check => ({ property, isRight: (value) => value === true, must: 'be true' });

/** In stacks that nobody is to delete: what a mistake, or a lost disk, must not take away. */
export const backups: readonly PolicyRule[] = [
  whereProtected({
    id: 'rds-backed-up',
    forbids: 'A protected stack must have backups of its database, one at its end, and no way to delete it by mistake.',
    source: 'https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.html',
    types: ['aws:rds/instance:Instance', 'aws:rds/cluster:Cluster'],
    checks: [
      {
        property: 'backupRetentionPeriod',
        isRight: (days) => Number(days) >= leastDays,
        must: `be at least ${leastDays} days`,
      },
      { property: 'skipFinalSnapshot', isRight: (value) => value !== true, must: 'be false' },
      isTrue('deletionProtection'),
    ],
  }),
  whereProtected({
    id: 'cloud-sql-backed-up',
    forbids:
      'A protected stack must have backups of its database, to any point in time, and no way to delete it by mistake.',
    source: 'https://cloud.google.com/sql/docs/postgres/backup-recovery/backups',
    types: ['gcp:sql/databaseInstance:DatabaseInstance'],
    checks: [
      isTrue('settings.backupConfiguration.enabled'),
      isTrue('settings.backupConfiguration.pointInTimeRecoveryEnabled'),
      {
        property: 'settings.backupConfiguration.backupRetentionSettings.retainedBackups',
        isRight: (count) => Number(count) >= leastDays,
        must: `be at least ${leastDays}`,
      },
      // On unless it is switched off.
      { property: 'deletionProtection', isRight: (value) => value !== false, must: 'be true' },
      isTrue('settings.deletionProtectionEnabled'),
    ],
  }),
];

function whereProtected({ checks, ...text }: ProtectedRule): StackRule {
  return {
    ...text,
    level: 'mandatory',
    checkStack: (stack) => {
      if (!stack.isProtected) return [];
      return ofTypes(stack, text.types).flatMap((resource) =>
        checks.flatMap(({ property, isRight, must }) =>
          isRight(readPath(resource.inputs, property)) ? [] : [{ resource, property, must }],
        ),
      );
    },
  };
}
