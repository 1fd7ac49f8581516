import { applyRule, inputRule } from '../rules';
import { shortName } from './declare';
import { googleError, notFound } from './google-error';
import { findFilterProblem, shapeOf } from './monitoring-filter-problems';
import { findService } from './monitoring-service';
import { type SloArgs, slo } from './monitoring-slo';

const source = 'https://docs.cloud.google.com/monitoring/api/ref_v3/rest/v3/services.serviceLevelObjectives';
const periods = ['DAY', 'WEEK', 'FORTNIGHT', 'MONTH'];

function filtersOf({ requestBasedSli }: SloArgs): { field: string; filter: string }[] {
  const { goodServiceFilter, badServiceFilter, totalServiceFilter } = requestBasedSli?.goodTotalRatio ?? {};
  return Object.entries({ goodServiceFilter, badServiceFilter, totalServiceFilter }).flatMap(([field, filter]) =>
    filter === undefined ? [] : [{ field, filter }],
  );
}

export const sloRules = [
  inputRule({
    id: 'gcp.monitoring.slo-goal',
    refuses: 'Goals other than above 0 and up to 0.999.',
    source,
    types: slo,
    check: ({ inputs: { goal } }) =>
      goal > 0 && goal <= 0.999 ? undefined : `expected goal to be 0 < goal <= 0.999, got ${goal}`,
  }),
  inputRule({
    id: 'gcp.monitoring.slo-window',
    refuses: 'Objectives without exactly one of a calendar period and a rolling one of 1 to 30 days.',
    source,
    types: slo,
    check: ({ inputs: { calendarPeriod, rollingPeriodDays } }) => {
      if ((calendarPeriod === undefined) === (rollingPeriodDays === undefined)) {
        return 'exactly one of calendarPeriod and rollingPeriodDays must be set';
      }
      if (calendarPeriod !== undefined && !periods.includes(calendarPeriod)) {
        return `expected calendarPeriod to be one of ${periods.join(', ')}, got ${calendarPeriod}`;
      }
      const days = rollingPeriodDays ?? 1;
      return Number.isInteger(days) && days >= 1 && days <= 30
        ? undefined
        : `expected rollingPeriodDays to be in the range (1 - 30), got ${days}`;
    },
  }),
  inputRule({
    id: 'gcp.monitoring.slo-indicator',
    refuses:
      'Objectives without exactly one indicator; ratios of other than exactly two of the good, bad and total filters.',
    source,
    types: slo,
    check: ({ inputs }) => {
      const { basicSli, requestBasedSli, windowsBasedSli } = inputs;
      const indicators = [basicSli, requestBasedSli, windowsBasedSli].filter((indicator) => indicator !== undefined);
      if (indicators.length !== 1) return 'exactly one of basicSli, requestBasedSli and windowsBasedSli must be set';
      if (!requestBasedSli?.goodTotalRatio)
        return 'not simulated: indicators other than requestBasedSli.goodTotalRatio';
      return filtersOf(inputs).length === 2
        ? undefined
        : googleError(400, 'exactly two of goodServiceFilter, badServiceFilter and totalServiceFilter must be set');
    },
  }),
  inputRule({
    id: 'gcp.monitoring.slo-filter',
    refuses:
      'Filters of objectives that are no filters, or of metrics that do not count: other than DELTA or CUMULATIVE numbers.',
    source,
    types: slo,
    check: ({ inputs }) =>
      filtersOf(inputs).flatMap(({ field, filter }) => {
        const problem = findFilterProblem(`service_level_objective.${field}`, filter);
        if (problem) return [googleError(problem.about === 'metric' ? 404 : 400, problem.message)];
        const shape = shapeOf(filter);
        return shape && shape.kind !== 'GAUGE' && ['INT64', 'DOUBLE'].includes(shape.value)
          ? []
          : [googleError(400, `${field} must be of a DELTA or CUMULATIVE metric of INT64 or DOUBLE`)];
      }),
  }),
  inputRule({
    id: 'gcp.monitoring.slo-id',
    refuses: 'Ids of objectives other than letters, digits, hyphens, underscores, colons and periods.',
    source,
    types: slo,
    check: ({ inputs: { sloId = 'generated' } }) =>
      /^[a-zA-Z0-9\-_:.]+$/.test(sloId) ? undefined : `sloId must match ^[a-zA-Z0-9\\-_:.]+$, not ${sloId}`,
  }),
  applyRule({
    id: 'gcp.monitoring.slo-service',
    refuses: 'Objectives of a service that does not exist.',
    source,
    types: slo,
    check: ({ inputs, cloud, place }) =>
      findService(cloud, shortName(inputs.service), place.project ?? '')
        ? undefined
        : notFound('Service', inputs.service),
  }),
];
