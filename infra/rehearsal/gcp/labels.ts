import { isBag } from '../protocol/values';
import { deleteRule, inputRule, type Rule } from '../rules';
import { allLabels } from './declare';

/** Source: https://docs.cloud.google.com/resource-manager/docs/labels-overview#requirements */
const keyPattern = /^\p{Ll}[\p{Ll}\p{Lo}\p{N}_-]{0,62}$/u;
const valuePattern = /^[\p{Ll}\p{Lo}\p{N}_-]{0,63}$/u;
const mostLabels = 64;
/** Its `labels` are addresses; what others call labels are its `userLabels`. */
const withOtherLabels = 'gcp:monitoring/notificationChannel:NotificationChannel';

/** What holds of every type that has the property. */
export function sharedRules(types: readonly { token: string }[]): readonly Rule[] {
  return [
    inputRule({
      id: 'gcp.labels',
      refuses: `Labels other than up to ${mostLabels} of lower-case letters, digits, "_" and "-", keys beginning with a letter, each at most 63 characters; those of the provider's defaultLabels included.`,
      source: 'https://docs.cloud.google.com/resource-manager/docs/labels-overview#requirements',
      types: types.filter(({ token }) => token !== withOtherLabels),
      check: ({ inputs, config }) => {
        const { labels: own, userLabels = own } = inputs as { labels?: unknown; userLabels?: unknown };
        const labels = allLabels(config, isBag(userLabels as never) ? (userLabels as Record<string, string>) : {});
        return [
          ...(Object.keys(labels).length > mostLabels ? [`labels must be at most ${mostLabels}`] : []),
          ...Object.entries(labels).flatMap(([key, value]) => [
            ...(keyPattern.test(key) ? [] : [`labels: invalid key "${key}"`]),
            ...(typeof value !== 'string' || valuePattern.test(value)
              ? []
              : [`labels: invalid value "${value}" of "${key}"`]),
          ]),
        ];
      },
    }),
    deleteRule({
      id: 'gcp.deletion-policy-prevent',
      refuses: 'Deleting a resource whose deletionPolicy is PREVENT.',
      source: 'https://github.com/pulumi/pulumi-gcp (deletionPolicy, in the typings of 9.37)',
      types,
      check: ({ entity }) =>
        (entity.inputs as { deletionPolicy?: unknown }).deletionPolicy === 'PREVENT'
          ? 'cannot destroy: deletionPolicy is PREVENT. Set it to DELETE and run `pulumi up` first'
          : undefined,
    }),
  ];
}
