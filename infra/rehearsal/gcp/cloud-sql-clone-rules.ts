import { applyRule, type Rule } from '../rules';
import { cloneableMoments, cloneOf, isRecoverable } from './cloud-sql-clone';
import { databaseInstance } from './cloud-sql-instance';
import { database } from './cloud-sql-parts';
import { googleError } from './google-error';
import { reachableStores } from './private-stores';

const cloneSource = 'https://docs.cloud.google.com/sql/docs/postgres/clone-instance';
const recoverySource = 'https://docs.cloud.google.com/sql/docs/postgres/backup-recovery/pitr';

/** What Cloud SQL refuses of a clone. Its statuses are known, not all of its words. */
export const cloneRules: readonly Rule[] = [
  applyRule({
    id: 'gcp.sql.clone-source',
    refuses: 'A clone of an instance that does not exist.',
    source: cloneSource,
    types: databaseInstance,
    check: ({ cloud, inputs, place, previous }) => {
      const request = cloneOf(cloud, inputs, place);
      if (previous || request === undefined || request.source) return undefined;
      return googleError(
        404,
        `The Cloud SQL instance ${request.named} does not exist. (clone)`,
        'instanceDoesNotExist',
      );
    },
  }),
  applyRule({
    id: 'gcp.sql.clone-version',
    refuses: 'A clone in another region, or of another version, than what it is a clone of.',
    source: cloneSource,
    types: databaseInstance,
    check: ({ cloud, inputs, place, previous }) => {
      const source = cloneOf(cloud, inputs, place)?.source;
      if (previous || source === undefined) return undefined;
      const isSame = source.inputs.databaseVersion === inputs.databaseVersion && source.place.region === place.region;
      return isSame
        ? undefined
        : `databaseVersion and region of a clone must be those of its source: ${source.inputs.databaseVersion}, ${source.place.region}`;
    },
  }),
  applyRule({
    id: 'gcp.sql.clone-recovery',
    refuses: 'A clone of an earlier moment of an instance without point-in-time recovery.',
    source: recoverySource,
    types: databaseInstance,
    check: ({ cloud, inputs, place, previous }) => {
      const request = cloneOf(cloud, inputs, place);
      if (previous || request?.source === undefined || request.at === undefined) return undefined;
      return isRecoverable(request.source.inputs)
        ? undefined
        : googleError(400, `Invalid request: Point-in-time recovery is not enabled on ${request.named}.`, 'invalid');
    },
  }),
  applyRule({
    id: 'gcp.sql.clone-moment',
    refuses: 'A clone of a moment that its logs do not have: before them, before their retention, or to come.',
    source: recoverySource,
    types: databaseInstance,
    check: ({ cloud, inputs, place, previous }) => {
      const request = cloneOf(cloud, inputs, place);
      if (previous || request?.source === undefined || request.at === undefined) return undefined;
      const moments = cloneableMoments(cloud, request.source);
      if (moments === undefined) return undefined;
      const wanted = Date.parse(request.at);
      if (wanted >= moments.earliest && wanted <= moments.latest) return undefined;
      const [earliest, latest] = [moments.earliest, moments.latest].map((time) => new Date(time).toISOString());
      return googleError(
        400,
        `Invalid request: pointInTime ${request.at} of ${request.named} must be from ${earliest} to ${latest}.`,
        'invalid',
      );
    },
  }),
  applyRule({
    id: 'gcp.sql.database-taken',
    refuses: 'A database of a name that the instance has already, as a clone has those of its source.',
    source: 'https://docs.cloud.google.com/sql/docs/postgres/admin-api/rest/v1beta4/databases/insert',
    types: database,
    check: async ({ cloud, inputs, previous }) => {
      const store = cloud.table(reachableStores).get(inputs.instance)?.store;
      const isTaken = previous === undefined && (await store?.hasDatabase(inputs.name ?? ''));
      return isTaken ? googleError(400, `database "${inputs.name}" already exists`, 'invalid') : undefined;
    },
  }),
];
